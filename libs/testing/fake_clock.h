// A clock that moves only by Advance().
#pragma once

#include <absl/time/time.h>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"

namespace marquee::testing {

// Thread-safe. Starts at 2026-01-01T00:00:00Z.
class FakeClock final : public base::Clock {
 public:
  absl::Time Now() const override { return absl::FromUnixSeconds(1767225600) + Monotonic(); }
  absl::Duration Monotonic() const override {
    const base::MutexLock lock(mutex_);
    return elapsed_;
  }
  void Advance(absl::Duration by) {
    const base::MutexLock lock(mutex_);
    elapsed_ += by;
  }

 private:
  mutable base::Mutex mutex_;
  absl::Duration elapsed_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::testing
