// Time as a dependency. Domain code takes a Clock, so that a test of a week's expiry takes a
// microsecond (libs/testing/fake_clock.h). Code that waits on operating system primitives (timers,
// condition variables, I/O deadlines) uses the system's monotonic clock directly.
#pragma once

#include <absl/time/time.h>

namespace marquee::base {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Wall-clock time; may step when the machine's clock is set.
  virtual absl::Time Now() const = 0;
  // Time since an arbitrary start; never steps back. For measuring and for deadlines inside one
  // process.
  virtual absl::Duration Monotonic() const = 0;
};

class SystemClock final : public Clock {
 public:
  absl::Time Now() const override;
  absl::Duration Monotonic() const override;
};

}  // namespace marquee::base
