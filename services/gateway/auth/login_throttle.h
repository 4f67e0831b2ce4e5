// Which log-in attempts are slowed down because their account name is under attack.
#pragma once

#include <absl/time/time.h>

#include <string>

#include "libs/base/clock.h"
#include "libs/base/keyed_windows.h"

namespace marquee::gateway {

// Thread-safe. In memory of this process: after a restart every address is unknown and every name
// unattacked.
class LoginThrottle {
 public:
  static constexpr int kWrong = 20;  // of a name, within kWindow
  static constexpr absl::Duration kWindow = absl::Minutes(15);
  static constexpr absl::Duration kKnown = absl::Hours(24 * 30);

  explicit LoginThrottle(const base::Clock& clock)
      : wrong_({.window = kWindow}, clock), known_({.window = kKnown}, clock) {}

  bool Slows(const std::string& name, const std::string& address) const;
  // An attempt was wrong. true: with this one the name is under attack.
  bool Wrong(const std::string& name);
  // Someone logged in from there, and is known for kKnown.
  void Right(const std::string& name, const std::string& address);

 private:
  base::KeyedWindows wrong_;
  base::KeyedWindows known_;
};

}  // namespace marquee::gateway
