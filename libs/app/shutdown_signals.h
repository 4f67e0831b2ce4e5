// Ends the program on SIGTERM or SIGINT.
#pragma once

#include <absl/time/time.h>

#include <functional>
#include <optional>

namespace marquee::app {

// Create it once, at the beginning of main, before any thread: threads inherit the blocked signals.
// From then on SIGTERM and SIGINT are received by Wait(), and writing to a closed connection fails
// with EPIPE instead of ending the process.
class ShutdownSignals {
 public:
  ShutdownSignals();
  ShutdownSignals(const ShutdownSignals&) = delete;
  ShutdownSignals& operator=(const ShutdownSignals&) = delete;

  // Waits for the first signal and returns its number. Meanwhile calls `tick` on this thread each
  // `every`; none: never. After the return a second signal ends the process immediately with
  // 128 + its number.
  int Wait(std::optional<absl::Duration> every, const std::function<void()>& tick) const;
};

}  // namespace marquee::app
