#include "services/gateway/limits/fixed_window.h"

#include <algorithm>

#include "libs/base/address_key.h"

namespace marquee::gateway {

LimitVerdict FixedWindow::Judge(const base::KeyedWindows::Count& count) const {
  return {.allowed = count.counted,
          .limit = options_.limit,
          .remaining = std::max(0, options_.limit - count.events),
          .reset_seconds = std::max(
              1, static_cast<int>(absl::ToInt64Seconds(absl::Ceil(count.left, absl::Seconds(1))))),
          .window_seconds = static_cast<int>(absl::ToInt64Seconds(options_.window))};
}

LimitVerdict FixedWindow::Count(const std::string& address) {
  return Judge(windows_.Take(base::AddressKey(address), options_.limit));
}

bool FixedWindow::IsExhausted(const std::string& address) {
  return !windows_.Peek(base::AddressKey(address), options_.limit).counted;
}

}  // namespace marquee::gateway
