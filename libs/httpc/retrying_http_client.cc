#include "libs/httpc/retrying_http_client.h"

#include <algorithm>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "libs/base/mutex.h"
#include "libs/httpc/failure.h"

namespace marquee::httpc {
namespace {

// The body of a response that will be retried is read up to this size, so that its connection can
// be reused.
constexpr size_t kMaxDiscarded = size_t{64} << 10;

bool IsTransient(int http_status) {
  return http_status == 408 || http_status == 429 || http_status == 500 ||
         (http_status >= 502 && http_status <= 504);
}

}  // namespace

// Decides whether and when to retry.
class RetryingHttpClient::Policy {
 public:
  Policy(const Options& options, Deps deps) : options_(options), deps_(std::move(deps)) {}

  HttpClient& inner() { return deps_.inner; }
  Delays& delays() { return deps_.delays; }
  absl::Time Now() const { return deps_.clock.Now(); }

  void Began(const std::string& upstream) {
    const base::MutexLock lock(mutex_);
    double& tokens = budgets_.try_emplace(upstream, options_.budget_burst).first->second;
    tokens = std::min(tokens + options_.budget_ratio, options_.budget_burst);
  }

  // Time to wait before the next attempt after attempt number `made`; nullopt: do not retry.
  std::optional<absl::Duration> Wait(const HttpRequest& request, int made, absl::Time deadline,
                                     std::optional<absl::Duration> retry_after) {
    if (request.method == HttpRequest::Method::kPost || made >= options_.attempts) {
      return std::nullopt;
    }
    const absl::Duration most =
        std::min(options_.first_wait * (int64_t{1} << (made - 1)), options_.longest_wait);
    absl::Duration wait = most * deps_.random();
    if (retry_after) {
      if (*retry_after > options_.longest_retry_after) return std::nullopt;
      wait = std::max(wait, *retry_after);
    }
    if (Now() + wait >= deadline) return std::nullopt;
    return TakeToken(request.upstream) ? std::optional(wait) : std::nullopt;
  }

 private:
  bool TakeToken(const std::string& upstream) {
    bool taken = false;
    {
      const base::MutexLock lock(mutex_);
      double& tokens = budgets_[upstream];
      taken = tokens >= 1;
      if (taken) tokens -= 1;
    }
    deps_.metrics
        .counter("marquee_upstream_retries_total",
                 "Transient failures of requests: retried, or not retried because the retry budget "
                 "is used up.",
                 {{"upstream", upstream}, {"result", taken ? "retried" : "no_budget"}})
        .Add();
    return taken;
  }

  const Options options_;
  const Deps deps_;
  base::Mutex mutex_;
  std::map<std::string, double> budgets_
      MARQUEE_GUARDED_BY(mutex_);  // by upstream, a configured name
};

// One request with all its attempts. The inner client calls it for one attempt at a time.
class RetryingHttpClient::Attempts final : public HttpExchange,
                                           public ResponseHandler,
                                           public std::enable_shared_from_this<Attempts> {
 public:
  Attempts(std::shared_ptr<Policy> policy, HttpRequest request, base::CallContext context,
           std::shared_ptr<ResponseHandler> handler)
      : policy_(std::move(policy)),
        request_(std::move(request)),
        context_(std::move(context)),
        handler_(std::move(handler)) {}

  void Begin() {
    on_stop_.emplace(context_.stop, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->Cancel();
    });
    Attempt();
  }

  void Resume() override {
    std::shared_ptr<HttpExchange> current;
    {
      const base::MutexLock lock(mutex_);
      current = exchange_;
      // The client's thread may call the handler before Start has returned the exchange.
      resume_due_ = current == nullptr;
    }
    if (current != nullptr) current->Resume();
  }

  void Cancel() override {
    std::shared_ptr<HttpExchange> current;
    bool waiting = false;
    {
      const base::MutexLock lock(mutex_);
      cancelled_ = true;
      waiting = std::exchange(waiting_, false);
      current = exchange_;
    }
    if (waiting) return End(MakeFailure(Failure::kCancelled, "the caller has cancelled"));
    if (current != nullptr) current->Cancel();
  }

  void OnHead(HttpHead head) override {
    if (IsTransient(head.status)) {
      wait_ = policy_->Wait(request_, made_, context_.deadline, head.retry_after(policy_->Now()));
    }
    if (wait_) return;
    passed_on_ = true;
    handler_->OnHead(std::move(head));
  }

  Flow OnBody(std::string_view bytes) override {
    if (!wait_) return handler_->OnBody(bytes);
    swallowed_ += bytes.size();
    if (swallowed_ > kMaxDiscarded) {
      if (const auto current = exchange()) current->Cancel();
    }
    return Flow::kTaken;
  }

  void OnDone(const absl::Status& status) override {
    {
      const base::MutexLock lock(mutex_);
      exchange_.reset();
      ended_ = made_;
    }
    if (!wait_ && !passed_on_ && FailureOf(status) == Failure::kReset) {
      wait_ = policy_->Wait(request_, made_, context_.deadline, std::nullopt);
    }
    if (!wait_) return End(status);
    bool cancelled = false;
    {
      const base::MutexLock lock(mutex_);
      cancelled = cancelled_;
      waiting_ = !cancelled;
    }
    if (cancelled) return End(MakeFailure(Failure::kCancelled, "the caller has cancelled"));
    policy_->delays().After(*std::exchange(wait_, std::nullopt), [self = shared_from_this()] {
      if (self->StopWaiting()) self->Attempt();
    });
  }

 private:
  void Attempt() {
    int attempt = 0;
    {
      const base::MutexLock lock(mutex_);
      attempt = ++made_;
    }
    swallowed_ = 0;
    auto started = policy_->inner().Start(request_, context_, shared_from_this());
    bool cancelled = false;
    bool resume = false;
    {
      const base::MutexLock lock(mutex_);
      if (ended_ >= attempt || made_ != attempt) return;  // the attempt has ended
      exchange_ = started;
      cancelled = cancelled_;
      resume = std::exchange(resume_due_, false);
    }
    if (cancelled) {
      started->Cancel();
    } else if (resume) {
      started->Resume();
    }
  }

  void End(const absl::Status& status) { handler_->OnDone(status); }

  std::shared_ptr<HttpExchange> exchange() {
    const base::MutexLock lock(mutex_);
    return exchange_;
  }
  bool StopWaiting() {
    const base::MutexLock lock(mutex_);
    return std::exchange(waiting_, false);
  }

  const std::shared_ptr<Policy> policy_;
  const HttpRequest request_;
  const base::CallContext context_;
  const std::shared_ptr<ResponseHandler> handler_;

  // Used on the client's thread, or on the delay's thread while no attempt is in progress.
  std::optional<absl::Duration> wait_;  // set: the response of this attempt is discarded
  bool passed_on_ = false;
  size_t swallowed_ = 0;

  base::Mutex mutex_;
  std::shared_ptr<HttpExchange> exchange_ MARQUEE_GUARDED_BY(mutex_);
  int made_ = 0;  // written under the lock when an attempt starts
  int ended_ MARQUEE_GUARDED_BY(mutex_) = 0;
  bool waiting_ MARQUEE_GUARDED_BY(mutex_) = false;
  bool cancelled_ MARQUEE_GUARDED_BY(mutex_) = false;
  bool resume_due_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

RetryingHttpClient::RetryingHttpClient(const Options& options, Deps deps)
    : policy_(std::make_shared<Policy>(options, std::move(deps))) {}

RetryingHttpClient::~RetryingHttpClient() = default;

std::shared_ptr<HttpExchange> RetryingHttpClient::Start(HttpRequest request,
                                                        base::CallContext context,
                                                        std::shared_ptr<ResponseHandler> handler) {
  policy_->Began(request.upstream);
  auto attempts = std::make_shared<Attempts>(policy_, std::move(request), std::move(context),
                                             std::move(handler));
  attempts->Begin();
  return attempts;
}

}  // namespace marquee::httpc
