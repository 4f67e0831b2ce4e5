#include "services/gateway/limits/fixed_window.h"

#include <algorithm>

namespace marquee::gateway {

FixedWindow::Verdict FixedWindow::Count(const std::string& address) {
  const absl::Duration now = clock_.Monotonic();
  const base::MutexLock lock(mutex_);
  if (windows_.size() >= options_.max_addresses && !windows_.contains(address)) {
    std::erase_if(windows_, [&](const auto& entry) { return entry.second.ends <= now; });
    if (windows_.size() >= options_.max_addresses) windows_.clear();
  }
  Window& window = windows_[address];
  if (window.ends <= now) window = {now + options_.window, 0};
  const bool allowed = window.count < options_.limit;
  if (allowed) ++window.count;
  return {.allowed = allowed,
          .limit = options_.limit,
          .remaining = options_.limit - window.count,
          .reset_seconds = std::max(1, static_cast<int>(absl::ToInt64Seconds(
                                           absl::Ceil(window.ends - now, absl::Seconds(1))))),
          .window_seconds = static_cast<int>(absl::ToInt64Seconds(options_.window))};
}

bool FixedWindow::IsExhausted(const std::string& address) {
  const absl::Duration now = clock_.Monotonic();
  const base::MutexLock lock(mutex_);
  const auto window = windows_.find(address);
  return window != windows_.end() && window->second.ends > now &&
         window->second.count >= options_.limit;
}

}  // namespace marquee::gateway
