// Buffers log lines while a program starts, so that a failed start prints a single error line that
// is not preceded by the log lines of its modules.
#pragma once

#include <absl/time/time.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/obs/logger.h"

namespace marquee::app {

// Thread-safe. Lines are held until Release(). They are passed on earlier if the start takes longer
// than a second (a start that hangs must be visible) or if there are more than 500.
class HeldLogger final : public obs::Logger {
 public:
  // Both arguments must outlive this object.
  HeldLogger(obs::Logger& inner, const base::Clock& clock);

  void Log(obs::Level level, std::string_view message, obs::Fields fields) override;

  // Passes on the held lines, and from now on every line immediately.
  void Release();
  // Drops the held lines and all later ones.
  void Discard();

 private:
  using Value = std::variant<std::string, int64_t, double, bool>;
  struct Line {
    obs::Level level;
    std::string message;
    std::vector<std::pair<std::string, Value>> fields;
  };
  enum class State { kHolding, kPassing, kDiscarding };

  void PassHeldLines() MARQUEE_REQUIRES(mutex_);

  obs::Logger& inner_;
  const base::Clock& clock_;
  const absl::Duration start_;
  base::Mutex mutex_;
  State state_ MARQUEE_GUARDED_BY(mutex_) = State::kHolding;
  std::vector<Line> lines_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::app
