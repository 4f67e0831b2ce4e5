#include "libs/httpc/breaking_http_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/httpc/failure.h"

namespace marquee::httpc {
namespace {

enum class Outcome { kGood, kBad, kCostly, kUnknown };

Outcome OutcomeOf(const absl::Status& status, int http_status) {
  if (status.ok()) {
    return http_status >= 502 && http_status <= 504 ? Outcome::kBad : Outcome::kGood;
  }
  switch (FailureOf(status)) {
    case Failure::kConnectTimeout:
      return Outcome::kCostly;
    case Failure::kDns:
    case Failure::kConnectionRefused:
    case Failure::kUnreachable:
    case Failure::kTls:
    case Failure::kReset:
    case Failure::kProtocol:
    case Failure::kDeadline:
      return Outcome::kBad;
    default:
      return Outcome::kUnknown;
  }
}

// The exchange of a request that is not sent.
class NoExchange final : public HttpExchange {
  void Resume() override {}
  void Cancel() override {}
};

}  // namespace

// The breakers of all hosts.
class BreakingHttpClient::BreakerTable {
 public:
  using Key = std::pair<std::string, std::string>;  // upstream, host and port

  BreakerTable(const Breaker::Options& options, const base::Clock& clock, obs::Metrics& metrics)
      : options_(options), clock_(clock), metrics_(metrics) {}

  Breaker::Admission Admit(const Key& key, absl::Duration* retry_in) {
    const base::MutexLock lock(mutex_);
    const absl::Duration now = clock_.Monotonic();
    MakeRoom(now);
    Breaker& breaker = breakers_.try_emplace(key, options_).first->second;
    const Breaker::Admission admission = breaker.Admit(now);
    *retry_in = breaker.RetryIn(now);
    Show(key.first, now);
    if (admission == Breaker::Admission::kRefused) {
      Count("marquee_upstream_breaker_refused_total",
            "Requests rejected because the circuit breaker of their host is open.", key.first);
    }
    return admission;
  }

  void Ended(const Key& key, Breaker::Admission admission, Outcome verdict) {
    const base::MutexLock lock(mutex_);
    const auto found = breakers_.find(key);
    if (found == breakers_.end()) return;  // removed from the table, so it was closed
    Breaker& breaker = found->second;
    const absl::Duration now = clock_.Monotonic();
    const BreakerState before = breaker.state(now);
    switch (verdict) {
      case Outcome::kGood:
        breaker.Succeeded(admission);
        break;
      case Outcome::kBad:
      case Outcome::kCostly:
        breaker.Failed(admission, verdict == Outcome::kCostly, now);
        break;
      case Outcome::kUnknown:
        breaker.Abandoned(admission);
        break;
    }
    if (before != BreakerState::kOpen && breaker.state(now) == BreakerState::kOpen) {
      Count("marquee_upstream_breaker_opened_total",
            "How often the circuit breaker of a host opened.", key.first);
    }
    Show(key.first, now);
  }

  BreakerState WorstOf(std::string_view upstream) const {
    const base::MutexLock lock(mutex_);
    return Worst(upstream, clock_.Monotonic());
  }

 private:
  BreakerState Worst(std::string_view upstream, absl::Duration now) const MARQUEE_REQUIRES(mutex_) {
    BreakerState worst = BreakerState::kClosed;
    for (auto at = breakers_.lower_bound({std::string(upstream), ""});
         at != breakers_.end() && at->first.first == upstream; ++at) {
      worst = std::max(worst, at->second.state(now));
    }
    return worst;
  }

  void MakeRoom(absl::Duration now) MARQUEE_REQUIRES(mutex_) {
    if (breakers_.size() < kMaxHosts) return;
    std::erase_if(breakers_, [now](const auto& entry) {
      return entry.second.state(now) == BreakerState::kClosed;
    });
    // All breakers are open: possible only if a caller requests many invented host names.
    if (breakers_.size() >= kMaxHosts) breakers_.erase(breakers_.begin());
  }

  void Show(const std::string& upstream, absl::Duration now) MARQUEE_REQUIRES(mutex_) {
    metrics_
        .gauge("marquee_upstream_breaker_state",
               "Worst circuit breaker state of an upstream's hosts: 0 closed, 1 half-open, "
               "2 open.",
               {{"upstream", upstream}})
        .Set(static_cast<double>(Worst(upstream, now)));
  }

  void Count(const std::string& name, const std::string& help, const std::string& upstream) {
    metrics_.counter(name, help, {{"upstream", upstream}}).Add();
  }

  const Breaker::Options options_;
  const base::Clock& clock_;
  obs::Metrics& metrics_;
  mutable base::Mutex mutex_;
  std::map<Key, Breaker> breakers_ MARQUEE_GUARDED_BY(mutex_);
};

// Passes a response on and reports the outcome to the breakers.
class BreakingHttpClient::Watcher final : public ResponseHandler {
 public:
  Watcher(std::shared_ptr<BreakerTable> breakers, BreakerTable::Key key,
          Breaker::Admission admission, std::shared_ptr<ResponseHandler> handler)
      : breakers_(std::move(breakers)),
        key_(std::move(key)),
        admission_(admission),
        handler_(std::move(handler)) {}

  void OnHead(HttpHead head) override {
    status_ = head.status;
    handler_->OnHead(std::move(head));
  }
  Flow OnBody(std::string_view bytes) override { return handler_->OnBody(bytes); }
  void OnDone(const absl::Status& status) override {
    // Update the breakers first: a caller that retries now must see their new state.
    breakers_->Ended(key_, admission_, OutcomeOf(status, status_));
    handler_->OnDone(status);
  }

 private:
  const std::shared_ptr<BreakerTable> breakers_;
  const BreakerTable::Key key_;
  const Breaker::Admission admission_;
  const std::shared_ptr<ResponseHandler> handler_;
  int status_ = 0;
};

BreakingHttpClient::BreakingHttpClient(const Breaker::Options& options, const Deps& deps)
    : inner_(deps.inner),
      breakers_(std::make_shared<BreakerTable>(options, deps.clock, deps.metrics)) {}

BreakingHttpClient::~BreakingHttpClient() = default;

std::shared_ptr<HttpExchange> BreakingHttpClient::Start(HttpRequest request,
                                                        base::CallContext context,
                                                        std::shared_ptr<ResponseHandler> handler) {
  const auto url = Url::Parse(request.url);
  // An invalid URL is reported by the inner client.
  if (!url.ok()) return inner_.Start(std::move(request), std::move(context), std::move(handler));
  BreakerTable::Key key{request.upstream, url->HostAndPort()};
  absl::Duration retry_in;
  const Breaker::Admission admission = breakers_->Admit(key, &retry_in);
  if (admission == Breaker::Admission::kRefused) {
    handler->OnDone(MakeFailure(
        Failure::kBreakerOpen,
        fmt::format("{} failed recently and the circuit breaker is open; next attempt in {} s",
                    url->HostAndPort(),
                    absl::ToInt64Seconds(absl::Ceil(retry_in, absl::Seconds(1))))));
    return std::make_shared<NoExchange>();
  }
  auto watcher =
      std::make_shared<Watcher>(breakers_, std::move(key), admission, std::move(handler));
  return inner_.Start(std::move(request), std::move(context), std::move(watcher));
}

BreakerState BreakingHttpClient::state(std::string_view upstream) const {
  return breakers_->WorstOf(upstream);
}

}  // namespace marquee::httpc
