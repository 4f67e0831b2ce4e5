// The end of a program, asked for from outside: SIGTERM or SIGINT.
#pragma once

#include <absl/time/time.h>

#include <functional>
#include <optional>

namespace marquee::app {

// Made once, at the beginning of main, before any thread: threads inherit which signals are
// blocked. From then on SIGTERM and SIGINT wait for Wait(), and writing to a closed connection is
// an error (EPIPE) rather than the end of the process.
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
