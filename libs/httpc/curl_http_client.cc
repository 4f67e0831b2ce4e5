#include "libs/httpc/curl_http_client.h"

#include <curl/curl.h>

#include <utility>

#include "libs/base/status.h"
#include "libs/httpc/curl_loop.h"

namespace marquee::httpc {

absl::StatusOr<std::unique_ptr<CurlHttpClient>> CurlHttpClient::Create(Options options, Deps deps) {
  // Once per process; libcurl requires it before its first thread.
  static const CURLcode kGlobal = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (kGlobal != CURLE_OK) return absl::InternalError("libcurl cannot be initialised");
  MARQUEE_ASSIGN_OR_RETURN(auto loop, CurlLoop::Create(std::move(options), deps));
  return std::unique_ptr<CurlHttpClient>(new CurlHttpClient(std::move(loop)));
}

CurlHttpClient::CurlHttpClient(std::unique_ptr<CurlLoop> loop) : loop_(std::move(loop)) {}

CurlHttpClient::~CurlHttpClient() { Drain(absl::InfinitePast()); }

std::shared_ptr<HttpExchange> CurlHttpClient::Start(HttpRequest request, base::CallContext context,
                                                    std::shared_ptr<ResponseHandler> handler) {
  return loop_->Start(std::move(request), std::move(context), std::move(handler));
}

void CurlHttpClient::Drain(absl::Time deadline) { loop_->Drain(deadline); }

}  // namespace marquee::httpc
