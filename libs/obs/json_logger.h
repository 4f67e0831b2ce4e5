// The logger of a program: lines of {"ts","level","program","msg",…fields} on standard error.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "libs/obs/log_tail.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"

namespace marquee::obs {

// Thread-safe.
class JsonLogger final : public Logger {
 public:
  // Metric: marquee_log_lines_total{level}, of what was written.
  JsonLogger(std::string_view program, Level minimum, Metrics& metrics);
  ~JsonLogger() override;

  void Log(Level level, std::string_view message, Fields fields) override;

  // Below which nothing is written.
  Level minimum() const;
  void SetMinimum(Level minimum);

  // What was written last.
  LogTail& tail() { return tail_; }

 private:
  struct Sink;

  const std::unique_ptr<Sink> sink_;
  const std::array<Counter, 4> written_;  // by level
  LogTail tail_;
};

}  // namespace marquee::obs
