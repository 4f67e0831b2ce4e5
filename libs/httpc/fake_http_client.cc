#include "libs/httpc/fake_http_client.h"

#include <algorithm>
#include <utility>

#include "libs/httpc/failure.h"

namespace marquee::httpc {
namespace {

constexpr size_t kChunk = 16 << 10;

// Passes the rest of the body whenever the handler accepts bytes.
class FakeExchange final : public HttpExchange {
 public:
  FakeExchange(std::string body, std::shared_ptr<ResponseHandler> handler)
      : body_(std::move(body)), handler_(std::move(handler)) {}

  void Resume() override {
    while (!ended_) {
      if (sent_ == body_.size()) return End(absl::OkStatus());
      const std::string_view chunk = std::string_view(body_).substr(sent_, kChunk);
      if (handler_->OnBody(chunk) == ResponseHandler::Flow::kFull) return;
      sent_ += chunk.size();
    }
  }

  void Cancel() override { End(MakeFailure(Failure::kCancelled, "the caller has cancelled")); }

  void End(const absl::Status& status) {
    if (!std::exchange(ended_, true)) handler_->OnDone(status);
  }

 private:
  const std::string body_;
  const std::shared_ptr<ResponseHandler> handler_;
  size_t sent_ = 0;
  bool ended_ = false;
};

}  // namespace

void FakeHttpClient::On(const std::string& path, Answer answer) {
  On(path, [answer = std::move(answer)](const HttpRequest&, const Url&) { return answer; });
}

void FakeHttpClient::On(const std::string& path, Responder responder) {
  const base::MutexLock lock(mutex_);
  responders_[path] = std::move(responder);
}

std::vector<HttpRequest> FakeHttpClient::requests() const {
  const base::MutexLock lock(mutex_);
  return requests_;
}

std::shared_ptr<HttpExchange> FakeHttpClient::Start(HttpRequest request, base::CallContext context,
                                                    std::shared_ptr<ResponseHandler> handler) {
  const auto ended = [&](const absl::Status& status) {
    auto exchange = std::make_shared<FakeExchange>("", handler);
    exchange->End(status);
    return exchange;
  };
  if (context.stop.stop_requested()) {
    return ended(MakeFailure(Failure::kCancelled, "the caller has cancelled"));
  }
  const auto url = Url::Parse(request.url);
  if (!url.ok()) return ended(MakeFailure(Failure::kBadRequest, "invalid URL"));
  if (request.host_rule && request.host_rule(*url) == HostTrust::kRefused) {
    return ended(MakeFailure(Failure::kHostRefused, url->Origin() + " is not allowed"));
  }
  Responder responder = [](const HttpRequest&, const Url&) { return Answer{.status = 404}; };
  {
    const base::MutexLock lock(mutex_);
    requests_.push_back(request);
    if (const auto found = responders_.find(url->path); found != responders_.end()) {
      responder = found->second;
    }
  }
  Answer answer = responder(request, *url);
  if (!answer.error.ok()) return ended(answer.error);
  if (answer.body.size() > request.max_body_bytes) {
    return ended(MakeFailure(Failure::kTooLarge, url->DebugString() + ": the body is too large"));
  }
  handler->OnHead({.status = answer.status, .headers = std::move(answer.headers)});
  auto exchange = std::make_shared<FakeExchange>(
      request.method == HttpRequest::Method::kHead ? "" : std::move(answer.body), handler);
  exchange->Resume();
  return exchange;
}

}  // namespace marquee::httpc
