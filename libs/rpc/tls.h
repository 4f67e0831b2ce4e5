// Mutual TLS between our programs: both sides show a certificate of the same authority, and a
// server says which of them may call what. Certificates are read anew when their files change.
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
  std::string certificate;  // PEM, the program's own first; empty: no TLS
  std::string key;          // PEM, without a password
  std::string authority;    // PEM, of whoever signed the certificates of all programs

  bool enabled() const { return !certificate.empty(); }
};

// Who may call the methods whose full name ("/marquee.playlist.v1.ArtworkService/FetchArtwork")
// begins with `prefix`: those whose certificate bears one of `names` as a DNS name, or as its
// common name when it has no subject alternative name of any kind.
struct PeerRule {
  std::string prefix;
  std::vector<std::string> names;
};

// Whether a caller with these names may call `method`: the first rule whose prefix fits decides;
// without one nobody may.
bool MayCall(const std::vector<PeerRule>& rules, std::string_view method,
             const std::vector<std::string>& names);

// The names in the certificate of a call's peer, by the rule above; none without TLS.
std::vector<std::string> PeerNames(const grpc::AuthContext& context);

// kInvalidArgument: some file of `files` is missing from the settings or cannot be read.
absl::Status CheckTlsFiles(const TlsFiles& files);

// Callers without a valid certificate do not get a connection; those without leave get
// PERMISSION_DENIED.
std::shared_ptr<grpc::ServerCredentials> MutualServerCredentials(const TlsFiles& files,
                                                                 std::vector<PeerRule> rules);
// The server's certificate must bear the host name that is connected to.
std::shared_ptr<grpc::ChannelCredentials> MutualChannelCredentials(const TlsFiles& files);

}  // namespace marquee::rpc
