#include "services/devices/commands/delivery_times.h"

#include <utility>
#include <vector>

namespace marquee::devices {
namespace {

// 2 s is the service level objective of docs/metrics.md: a bucket must end there.
std::vector<double> Buckets() { return {0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30}; }

}  // namespace

DeliveryTimes::DeliveryTimes(const base::Clock& clock, obs::Metrics& metrics, size_t most)
    : clock_(clock),
      seconds_(metrics.histogram(
          "marquee_command_delivery_seconds",
          "From acceptance of a command to the acknowledgement of a display with an open socket; "
          "60 without one.",
          {}, Buckets())),
      unmeasured_(metrics.counter(
          "marquee_command_deliveries_unmeasured_total",
          "Commands whose delivery was not measured because too many were in progress.")),
      most_(most) {}

void DeliveryTimes::Accepted(std::string_view command_id) {
  const absl::Duration now = clock_.Monotonic();
  const base::MutexLock lock(mutex_);
  if (accepted_.size() >= most_) {
    unmeasured_.Add();
    return;
  }
  if (open_.try_emplace(std::string(command_id), now).second) {
    accepted_.emplace_back(now, command_id);
  }
}

bool DeliveryTimes::Take(std::string_view command_id, absl::Duration* accepted) {
  const base::MutexLock lock(mutex_);
  const auto found = open_.find(command_id);
  if (found == open_.end()) return false;
  *accepted = found->second;
  open_.erase(found);
  return true;
}

void DeliveryTimes::Acknowledged(std::string_view command_id) {
  absl::Duration accepted;
  if (!Take(command_id, &accepted)) return;
  seconds_.Observe(absl::ToDoubleSeconds(clock_.Monotonic() - accepted));
}

void DeliveryTimes::Lost(std::string_view command_id) {
  absl::Duration accepted;
  if (Take(command_id, &accepted)) seconds_.Observe(absl::ToDoubleSeconds(kLongest));
}

void DeliveryTimes::Cancelled(std::string_view command_id) {
  absl::Duration accepted;
  static_cast<void>(Take(command_id, &accepted));
}

void DeliveryTimes::Tick() {
  const absl::Duration oldest = clock_.Monotonic() - kLongest;
  const base::MutexLock lock(mutex_);
  while (!accepted_.empty() && accepted_.front().first <= oldest) {
    const auto found = open_.find(accepted_.front().second);
    if (found != open_.end()) {
      open_.erase(found);
      seconds_.Observe(absl::ToDoubleSeconds(kLongest));
    }
    accepted_.pop_front();
  }
}

}  // namespace marquee::devices
