// A secret that the programs of Marquee share where gRPC has no TLS: without it every process that
// reaches a port could call it. Sent with each call as `authorization: Bearer SECRET`. It proves
// that the caller may read the file; it neither encrypts nor tells the programs apart, for which
// mutual TLS is there (tls.h).
#pragma once

#include <absl/status/statusor.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/support/client_interceptor.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libs/obs/metrics.h"
#include "libs/rpc/rpc_settings.pb.h"

namespace marquee::rpc {

// Shorter secrets could be guessed.
inline constexpr size_t kMinSecretLength = 32;

// The secret in `path`, without white space around it. If there is no such file, it is created with
// 32 random bytes as hex digits, readable by its owner only, and its folder as well; of programs
// that start at the same time all get the same. Empty for an empty `path`.
// kFailedPrecondition: the file cannot be read or created, or its content is no secret; the message
// names the setting and the remedy.
absl::StatusOr<std::string> LoadSharedSecret(const std::string& path);

// Whether only processes of this host can connect to `host`: localhost, or an address of
// 127.0.0.0/8 or ::1. Other names count as not.
bool IsLoopback(std::string_view host);

// Refuses a `listen` (HOST:PORT) that other hosts can reach without a secret or mutual TLS:
// kInvalidArgument, naming both ways out.
absl::Status CheckListen(std::string_view listen, const MutualTlsSettings& mtls,
                         const RpcSettings& settings);

// A port without TLS. With a secret, calls without it end with UNAUTHENTICATED before their handler
// (and also for methods that do not exist), except health checks. `metrics` gets
// marquee_rpc_unauthenticated_calls_total and must outlive the server.
std::shared_ptr<grpc::ServerCredentials> PlainServerCredentials(const std::string& secret,
                                                                obs::Metrics& metrics);

// For channels without TLS: sends the secret, unless it is empty. UNAUTHENTICATED without details
// (status.h) is the server's answer to a wrong secret and becomes UNAVAILABLE: it says nothing
// about the person or display for whom the call was made.
std::vector<std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>>
SharedSecretInterceptors(const std::string& secret);

}  // namespace marquee::rpc
