// Turns a burst of changes into one signal: it comes when nothing has changed for `quiet`, or
// `longest` after the first change if it never gets quiet. Pure: it is told the time.
#pragma once

#include <absl/time/time.h>

#include <algorithm>
#include <optional>

namespace marquee::playlist {

// For one thread.
class ChangeDebouncer {
 public:
  ChangeDebouncer(absl::Duration quiet, absl::Duration longest)
      : quiet_(quiet), longest_(longest) {}

  // `now` on a clock that never steps back.
  void Changed(absl::Duration now) {
    if (!first_) first_ = now;
    due_ = std::min(now + quiet_, *first_ + longest_);
  }

  // When Fire is to be asked; empty: nothing has changed.
  std::optional<absl::Duration> due() const { return first_ ? std::optional(due_) : std::nullopt; }

  // True once a burst.
  bool Fire(absl::Duration now) {
    if (!first_ || now < due_) return false;
    first_.reset();
    return true;
  }

 private:
  const absl::Duration quiet_;
  const absl::Duration longest_;
  std::optional<absl::Duration> first_;  // change of the burst under way
  absl::Duration due_;
};

}  // namespace marquee::playlist
