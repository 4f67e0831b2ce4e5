// Combines a burst of changes into one signal, which is due when nothing has changed for `quiet`,
// or `longest` after the first change if changes continue. Has no clock: the caller passes the
// time.
#pragma once

#include <absl/time/time.h>

#include <algorithm>
#include <optional>

namespace marquee::playlist {

// Not thread-safe.
class ChangeDebouncer {
 public:
  ChangeDebouncer(absl::Duration quiet, absl::Duration longest)
      : quiet_(quiet), longest_(longest) {}

  // `now`: on a monotonic clock.
  void Changed(absl::Duration now) {
    if (!first_) first_ = now;
    due_ = std::min(now + quiet_, *first_ + longest_);
  }

  // When Fire must be called; empty: no change is pending.
  std::optional<absl::Duration> due() const { return first_ ? std::optional(due_) : std::nullopt; }

  // Returns true once per burst.
  bool Fire(absl::Duration now) {
    if (!first_ || now < due_) return false;
    first_.reset();
    return true;
  }

 private:
  const absl::Duration quiet_;
  const absl::Duration longest_;
  std::optional<absl::Duration> first_;  // first change of the current burst
  absl::Duration due_;
};

}  // namespace marquee::playlist
