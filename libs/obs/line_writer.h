// Writes lines to a descriptor without ever making its caller wait: a pipe that is not read must
// not stop a request (standard error of a program whose parent does not read it fills at 64 KiB).
#pragma once

#include <absl/time/time.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "libs/obs/metrics.h"

namespace marquee::obs {

// Thread-safe. A queue in front of a thread that writes. What does not fit into the queue is
// dropped, counted, and reported by a line of its own in its place once the descriptor takes lines
// again. Metric: marquee_log_lines_dropped_total.
class LineWriter {
 public:
  struct Options {
    // Bounds of the queue: more than a start with debug lines writes at once, and little memory
    // when the descriptor never moves.
    size_t max_lines = 8192;
    size_t max_bytes = 4UL * 1024 * 1024;
    // How long the end waits for lines that are queued; then they are lost.
    absl::Duration flush_within = absl::Seconds(1);
  };
  // The line that reports `lines` dropped ones, with its line feed.
  using Notice = std::function<std::string(size_t lines)>;

  // Writes to a duplicate of `fd`, which stays the caller's. `metrics` must outlive the writer.
  LineWriter(int fd, const Options& options, Notice notice, Metrics& metrics);
  // Waits up to `flush_within` until all lines are written.
  ~LineWriter();
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  // Queues a line that ends with a line feed. False: the queue is full, the line was dropped.
  bool Write(std::string line);
  // Waits up to `flush_within` until the lines that are queued are written: before _exit(2), which
  // calls no destructor.
  void Flush();

 private:
  struct State;
  static void Run(const std::shared_ptr<State>& state);

  const Options options_;
  const std::shared_ptr<State> state_;  // the thread may outlive us where a write hangs
  std::thread thread_;
};

}  // namespace marquee::obs
