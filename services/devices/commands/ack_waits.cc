#include "services/devices/commands/ack_waits.h"

#include <utility>

namespace marquee::devices {

bool AckWaits::Add(std::string_view command_id, absl::Duration deadline, Callback callback) {
  const base::MutexLock lock(mutex_);
  if (waits_.size() >= most_) return false;
  waits_.emplace(command_id, Wait{.deadline = deadline, .callback = std::move(callback)});
  return true;
}

bool AckWaits::Has(std::string_view command_id) const {
  const base::MutexLock lock(mutex_);
  return waits_.find(command_id) != waits_.end();
}

bool AckWaits::full() const {
  const base::MutexLock lock(mutex_);
  return waits_.size() >= most_;
}

template <class Due>
std::vector<AckWaits::Callback> AckWaits::TakeIf(Due due) {
  std::vector<Callback> taken;
  const base::MutexLock lock(mutex_);
  for (auto it = waits_.begin(); it != waits_.end();) {
    if (!due(it->second)) {
      ++it;
      continue;
    }
    taken.push_back(std::move(it->second.callback));
    it = waits_.erase(it);
  }
  return taken;
}

std::vector<AckWaits::Callback> AckWaits::Take(std::string_view command_id) {
  std::vector<Callback> taken;
  const base::MutexLock lock(mutex_);
  const auto [first, last] = waits_.equal_range(command_id);
  for (auto it = first; it != last; ++it) taken.push_back(std::move(it->second.callback));
  waits_.erase(first, last);
  return taken;
}

std::vector<AckWaits::Callback> AckWaits::TakeDue(absl::Duration now) {
  return TakeIf([now](const Wait& wait) { return wait.deadline <= now; });
}

std::vector<AckWaits::Callback> AckWaits::TakeAll() {
  return TakeIf([](const Wait&) { return true; });
}

}  // namespace marquee::devices
