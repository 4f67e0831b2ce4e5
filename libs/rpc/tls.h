// Mutual TLS between the programs of Marquee: both sides present a certificate of the same
// authority, and a server defines which programs may call which methods. Changed certificate files
// are reloaded.
#pragma once

#include <absl/status/status.h>
#include <grpcpp/security/auth_context.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace marquee::rpc {

struct TlsFiles {
  std::string certificate;  // PEM, the program's certificate first; empty: no TLS
  std::string key;          // PEM, without a password
  std::string authority;    // PEM, the authority that signed all programs' certificates

  bool enabled() const { return !certificate.empty(); }
};

// Allows the methods whose full name ("/marquee.playlist.v1.ArtworkService/FetchArtwork") begins
// with `prefix` to callers whose certificate has one of `names` as a DNS name, or as its common
// name if it has no subject alternative name.
struct PeerRule {
  std::string prefix;
  std::vector<std::string> names;
};

// Whether a caller with these names may call `method`. The first rule with a matching prefix
// decides; without one the call is rejected.
bool MayCall(const std::vector<PeerRule>& rules, std::string_view method,
             const std::vector<std::string>& names);

// The names in the certificate of a call's peer, as in PeerRule; empty without TLS.
std::vector<std::string> PeerNames(const grpc::AuthContext& context);

// kInvalidArgument: a file of `files` is not set or cannot be read.
absl::Status CheckTlsFiles(const TlsFiles& files);

// Callers without a valid certificate cannot connect; callers without permission get
// PERMISSION_DENIED.
std::shared_ptr<grpc::ServerCredentials> MutualServerCredentials(const TlsFiles& files,
                                                                 std::vector<PeerRule> rules);
// The server's certificate must have the host name of the connection.
std::shared_ptr<grpc::ChannelCredentials> MutualChannelCredentials(const TlsFiles& files);

}  // namespace marquee::rpc
