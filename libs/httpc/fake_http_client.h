// An HttpClient with scripted responses, which it passes immediately on the caller's thread. For
// unit tests.
#pragma once

#include <absl/status/status.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "libs/base/mutex.h"
#include "libs/httpc/http_client.h"

namespace marquee::httpc {

// Thread-safe. Applies the host rule and the body limit like the real client; follows no redirects.
class FakeHttpClient final : public HttpClient {
 public:
  struct Answer {
    absl::Status error = {};  // not OK: the request ends with it
    int status = 200;
    std::vector<Header> headers = {};
    std::string body = {};
  };
  using Responder = std::function<Answer(const HttpRequest&, const Url&)>;

  // Sets the response for a path (without query); a later call replaces an earlier one. Other paths
  // get 404.
  void On(const std::string& path, Answer answer);
  void On(const std::string& path, Responder responder);

  // All requests so far, in order.
  std::vector<HttpRequest> requests() const;

  std::shared_ptr<HttpExchange> Start(HttpRequest request, base::CallContext context,
                                      std::shared_ptr<ResponseHandler> handler) override;

 private:
  mutable base::Mutex mutex_;
  std::map<std::string, Responder> responders_ MARQUEE_GUARDED_BY(mutex_);
  std::vector<HttpRequest> requests_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::httpc
