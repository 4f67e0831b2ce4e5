// The logger of a program: JSON lines of {"ts","level","program","msg",…fields} on standard error.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "libs/obs/log_tail.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"

namespace marquee::obs {

// Thread-safe. Never waits for standard error: lines that it does not take in time are lost and
// counted (line_writer.h). What is queued at the end is written within a second, or lost.
class JsonLogger final : public Logger {
 public:
  // Metric: marquee_log_lines_total{level}, of what was logged, with what standard error lost.
  JsonLogger(std::string_view program, Level minimum, Metrics& metrics);
  ~JsonLogger() override;

  void Log(Level level, std::string_view message, Fields fields) override;

  // Waits up to a second until what was logged is written.
  void Flush();

  // Lines below this level are dropped.
  Level minimum() const;
  void SetMinimum(Level minimum);

  // The last written lines.
  LogTail& tail() { return tail_; }

 private:
  struct Sink;

  const std::unique_ptr<Sink> sink_;
  const std::array<Counter, 4> written_;  // by level
  LogTail tail_;
};

}  // namespace marquee::obs
