// A logger that keeps its lines, for tests such as "logged once" and "no secret in any line".
#pragma once

#include <string>
#include <vector>

#include "libs/base/mutex.h"
#include "libs/obs/logger.h"

namespace marquee::testing {

// Thread-safe.
class CapturingLogger final : public obs::Logger {
 public:
  void Log(obs::Level level, std::string_view message, obs::Fields fields) override;

  // Each line as `level message key=value key=value`; level is debug, info, warn or error.
  std::vector<std::string> lines() const;
  // Number of lines that contain `text`.
  size_t Count(std::string_view text) const;

 private:
  mutable base::Mutex mutex_;
  std::vector<std::string> lines_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::testing
