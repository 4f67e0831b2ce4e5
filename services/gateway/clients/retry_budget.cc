#include "services/gateway/clients/retry_budget.h"

#include <algorithm>

namespace marquee::gateway {
namespace {

obs::Counter Retries(obs::Metrics& metrics, const std::string& service, const std::string& result) {
  return metrics.counter("marquee_gateway_rpc_retries_total",
                         "Failed calls that could be retried, by result.",
                         {{"service", service}, {"result", result}});
}

}  // namespace

RetryBudget::RetryBudget(const Options& options, obs::Metrics& metrics, const std::string& service)
    : options_(options),
      retried_(Retries(metrics, service, "retried")),
      refused_(Retries(metrics, service, "refused")),
      left_(options.most) {}

void RetryBudget::Earn() {
  const base::MutexLock lock(mutex_);
  left_ = std::min(options_.most, left_ + options_.earned_a_call);
}

bool RetryBudget::Take() {
  bool taken = false;
  {
    const base::MutexLock lock(mutex_);
    taken = left_ >= 1;
    if (taken) left_ -= 1;
  }
  (taken ? retried_ : refused_).Add();
  return taken;
}

}  // namespace marquee::gateway
