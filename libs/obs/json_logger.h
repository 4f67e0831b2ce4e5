// The logger of a program: lines of {"ts","level","program","msg",…fields} on standard error.
#pragma once

#include <memory>
#include <string_view>

#include "libs/obs/log_tail.h"
#include "libs/obs/logger.h"

namespace marquee::obs {

// Thread-safe.
class JsonLogger final : public Logger {
 public:
  JsonLogger(std::string_view program, Level minimum);
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
  LogTail tail_;
};

}  // namespace marquee::obs
