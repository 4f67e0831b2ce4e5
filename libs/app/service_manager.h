// Reports the life of a program to systemd (sd_notify(3), units of Type=notify): READY once it
// serves, STOPPING when it drains, and WATCHDOG while it answers. Without systemd (NOTIFY_SOCKET
// unset) every call does nothing.
#pragma once

#include <absl/time/time.h>

#include <optional>
#include <string>

namespace marquee::app {

// Thread-safe.
class ServiceManager {
 public:
  // Reads NOTIFY_SOCKET and WATCHDOG_USEC. Call it before there are threads.
  ServiceManager();

  // `status`: the line that `systemctl status` shows.
  void Ready(const std::string& status) const;
  void Stopping() const;
  // "I am alive." Due at least once per WatchdogSec of the unit; a program that stops reporting is
  // restarted.
  void Alive() const;

  // How often to call Alive: half of WatchdogSec, as sd_watchdog_enabled(3) advises; none: the unit
  // has no watchdog.
  std::optional<absl::Duration> alive_every() const { return alive_every_; }

 private:
  std::optional<absl::Duration> alive_every_;
};

}  // namespace marquee::app
