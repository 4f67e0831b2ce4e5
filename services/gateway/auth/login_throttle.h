// Decides which log-in attempts are delayed because their account name is under attack, and bounds
// the passwords that are checked for strangers at the same time.
#pragma once

#include <absl/time/time.h>

#include <string>

#include "libs/base/clock.h"
#include "libs/base/keyed_places.h"
#include "libs/base/keyed_windows.h"

namespace marquee::gateway {

// Thread-safe. The state is in memory of this process: after a restart no address is known and no
// name is under attack.
class LoginThrottle {
 public:
  static constexpr int kWrong = 20;  // failures per name within kWindow
  static constexpr absl::Duration kWindow = absl::Minutes(15);
  static constexpr absl::Duration kKnown = absl::Hours(24 * 30);

  // Password checks in progress of addresses that are not known. The devices service checks two at
  // the same time, each of which keeps a core busy: strangers leave one to people who logged in
  // before.
  static constexpr size_t kStrangersChecked = 1;

  explicit LoginThrottle(const base::Clock& clock)
      : wrong_({.window = kWindow}, clock), known_({.window = kKnown}, clock) {}

  // Whether there was a log-in as `name` from `address` before.
  bool IsKnown(const std::string& name, const std::string& address) const;
  // Hold it while a password of an unknown address is checked. Null: as many are being checked.
  [[nodiscard]] base::KeyedPlaces::Place BeginStrangersCheck() { return strangers_.Take(""); }

  bool Slows(const std::string& name, const std::string& address) const;
  // Records a failed attempt. true: with this one the name counts as under attack.
  bool RecordFailure(const std::string& name);
  // Records a successful log-in: the address counts as known for kKnown.
  void RecordSuccess(const std::string& name, const std::string& address);

 private:
  base::KeyedWindows wrong_;
  base::KeyedWindows known_;
  base::KeyedPlaces strangers_{kStrangersChecked};
};

}  // namespace marquee::gateway
