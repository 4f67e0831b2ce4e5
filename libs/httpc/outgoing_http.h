// The HTTP client that services use: retries over circuit breakers over libcurl.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <memory>
#include <string_view>
#include <utility>

#include "libs/httpc/breaking_http_client.h"
#include "libs/httpc/curl_http_client.h"
#include "libs/httpc/delays.h"
#include "libs/httpc/retrying_http_client.h"

namespace marquee::httpc {

// Thread-safe.
class OutgoingHttp final : public HttpClient {
 public:
  struct Options {
    CurlHttpClient::Options curl = {};
    Breaker::Options breaker = {};
    RetryingHttpClient::Options retry = {};
  };

  // Errors and lifetimes as CurlHttpClient::Create.
  static absl::StatusOr<std::unique_ptr<OutgoingHttp>> Create(const Options& options,
                                                              const CurlHttpClient::Deps& deps);
  ~OutgoingHttp() override;  // cancels requests in progress; their handlers are called

  std::shared_ptr<HttpExchange> Start(HttpRequest request, base::CallContext context,
                                      std::shared_ptr<ResponseHandler> handler) override {
    return retrying_.Start(std::move(request), std::move(context), std::move(handler));
  }

  BreakerState breaker(std::string_view upstream) const { return breaking_.state(upstream); }

 private:
  OutgoingHttp(std::unique_ptr<CurlHttpClient> curl, const Options& options,
               const CurlHttpClient::Deps& deps);

  const std::unique_ptr<CurlHttpClient> curl_;
  BreakingHttpClient breaking_;
  ThreadDelays delays_;
  RetryingHttpClient retrying_;
};

}  // namespace marquee::httpc
