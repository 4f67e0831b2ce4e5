#include "libs/httpc/curl_errors.h"

#include <fmt/format.h>

#include <cerrno>

#include "libs/httpc/failure.h"

namespace marquee::httpc {
namespace {

absl::Status CouldNotConnect(const CurlSituation& s) {
  if (s.tried_address.empty() && !s.refused_address.empty()) {
    return MakeFailure(Failure::kAddressRefused,
                       fmt::format("{} has the address {}, which is not a public one; only "
                                   "configured servers may be on the local network",
                                   s.url.host, s.refused_address));
  }
  if (s.os_error == ECONNREFUSED) {
    return MakeFailure(Failure::kConnectionRefused,
                       fmt::format("connection refused by {}; is the server running, and is {} "
                                   "its port?",
                                   s.url.HostAndPort(), s.url.port));
  }
  if (s.os_error == ETIMEDOUT) {
    return MakeFailure(Failure::kConnectTimeout,
                       fmt::format("no connection to {}: no response", s.url.HostAndPort()));
  }
  return MakeFailure(Failure::kUnreachable,
                     fmt::format("{} is unreachable; is it on this network, or does a firewall "
                                 "block it?",
                                 s.url.HostAndPort()));
}

absl::Status Broken(const CurlSituation& s) {
  return MakeFailure(Failure::kReset,
                     s.body_bytes == 0
                         ? fmt::format("{}: the server closed the connection without a response",
                                       s.url.DebugString())
                         : fmt::format("{}: the connection broke after {} bytes of the body",
                                       s.url.DebugString(), s.body_bytes));
}

absl::Status Tls(const CurlSituation& s) {
  return MakeFailure(Failure::kTls,
                     fmt::format("{}: no secure connection ({}); does that port speak https, and "
                                 "is its certificate known to this machine? For a self-signed "
                                 "certificate set insecure_tls",
                                 s.url.Origin(), s.detail.empty() ? "TLS failed" : s.detail));
}

}  // namespace

absl::Status StatusOfCurl(CURLcode code, const CurlSituation& s) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return MakeFailure(Failure::kDns, fmt::format("no address found for the name {}; check the "
                                                    "spelling and the name server",
                                                    s.url.host));
    case CURLE_COULDNT_CONNECT:
      return CouldNotConnect(s);
    case CURLE_ABORTED_BY_CALLBACK:  // the address check of a pooled connection
      return MakeFailure(Failure::kAddressRefused,
                         fmt::format("{} has the address {}, which is not a public one; only "
                                     "configured servers may be on the local network",
                                     s.url.host, s.refused_address));
    case CURLE_OPERATION_TIMEDOUT:  // curl limits only the connect; see CurlLoop
      return MakeFailure(Failure::kConnectTimeout,
                         fmt::format("no connection to {} within {}", s.url.HostAndPort(),
                                     absl::FormatDuration(s.connect_timeout)));
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return Tls(s);
    case CURLE_OK:  // a stream that ended before its header
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return Broken(s);
    case CURLE_BAD_CONTENT_ENCODING:
      return MakeFailure(
          Failure::kProtocol,
          fmt::format("{}: the compressed body cannot be decoded", s.url.DebugString()));
    case CURLE_UNSUPPORTED_PROTOCOL:  // HTTP/0.9: the response is not HTTP
    case CURLE_WEIRD_SERVER_REPLY:
      return MakeFailure(Failure::kProtocol,
                         fmt::format("{} does not speak HTTP; is {} the right port, and should "
                                     "it be https?",
                                     s.url.HostAndPort(), s.url.port));
    default:
      return MakeFailure(Failure::kProtocol,
                         fmt::format("{}: {}", s.url.DebugString(), curl_easy_strerror(code)));
  }
}

}  // namespace marquee::httpc
