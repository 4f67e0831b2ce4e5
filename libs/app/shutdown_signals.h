// The end of a program, asked for from outside: SIGTERM or SIGINT.
#pragma once

namespace marquee::app {

// Made once, at the beginning of main, before any thread: threads inherit which signals are
// blocked. From then on SIGTERM and SIGINT wait for Wait(), and writing to a closed connection is
// an error (EPIPE) rather than the end of the process.
class ShutdownSignals {
 public:
  ShutdownSignals();
  ShutdownSignals(const ShutdownSignals&) = delete;
  ShutdownSignals& operator=(const ShutdownSignals&) = delete;

  // Waits for the first signal and returns its number. From then on another one ends the process
  // at once with 128 + its number, whatever is still in hand.
  int Wait() const;
};

}  // namespace marquee::app
