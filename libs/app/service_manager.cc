#include "libs/app/service_manager.h"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include <cstdint>

namespace marquee::app {
namespace {

// Sends a datagram to systemd. A failure is not an error of the program: systemd detects the
// timeout of the unit and reports it.
void Notify(const std::string& message) { sd_notify(/*unset_environment=*/0, message.c_str()); }

}  // namespace

ServiceManager::ServiceManager() {
  uint64_t microseconds = 0;
  if (sd_watchdog_enabled(/*unset_environment=*/0, &microseconds) > 0) {
    alive_every_ = absl::Microseconds(static_cast<int64_t>(microseconds)) / 2;
  }
}

void ServiceManager::Ready(const std::string& status) const {
  Notify(fmt::format("READY=1\nSTATUS={}", status));
}

void ServiceManager::Stopping() const { Notify("STOPPING=1\nSTATUS=draining"); }

void ServiceManager::Alive() const { Notify("WATCHDOG=1"); }

}  // namespace marquee::app
