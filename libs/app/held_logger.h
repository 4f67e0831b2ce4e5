// Holds log lines back while a program starts. A start that fails is one line for a person; what
// its modules had logged until then would bury it.
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

// Thread-safe. Lines are held until Release(), but not when a start takes longer than a second,
// since a start that hangs must be seen, nor when there are more than 500.
class HeldLogger final : public obs::Logger {
 public:
  // Both must outlive it.
  HeldLogger(obs::Logger& inner, const base::Clock& clock);

  void Log(obs::Level level, std::string_view message, obs::Fields fields) override;

  // Passes on what is held, and from now on everything at once.
  void Release();
  // Forgets what is held, and from now on everything.
  void Discard();

 private:
  using Value = std::variant<std::string, int64_t, double, bool>;
  struct Line {
    obs::Level level;
    std::string message;
    std::vector<std::pair<std::string, Value>> fields;
  };
  enum class State { kHolding, kPassing, kDiscarding };

  void PassOnHeld() MARQUEE_REQUIRES(mutex_);

  obs::Logger& inner_;
  const base::Clock& clock_;
  const absl::Duration start_;
  base::Mutex mutex_;
  State state_ MARQUEE_GUARDED_BY(mutex_) = State::kHolding;
  std::vector<Line> lines_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::app
