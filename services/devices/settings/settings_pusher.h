// Sends changed settings to connected displays: a changed mode as a command mode.navigate (stored
// until the display has it), all other changes directly to open sockets.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"
#include "services/devices/presence/presence_tracker.h"
#include "services/devices/settings/effective_settings_cache.h"

namespace marquee::devices {

// Sends settings to displays. Thread-safe.
class SettingsSink {
 public:
  virtual ~SettingsSink() = default;
  // Passes changed settings to the gateways of these sockets, without a guarantee.
  virtual void ApplySettings(const std::vector<std::pair<std::string, Socket>>& sockets,
                             const boost::json::object& changed) = 0;
  // Sends these displays to the page of a mode.
  virtual absl::Status Navigate(const std::vector<std::string>& device_ids,
                                const std::string& mode) = 0;
};

// Note is called under the settings cache's lock and only records changes; Tick, on the periodic
// task, sends them. Several changes of a device before a tick are sent as one, so at most one entry
// per device is pending. A display without a socket gets the change when it reconnects within
// kRemember, which usually takes some seconds; a display that was away for longer was restarted and
// has read its settings.
class SettingsPusher {
 public:
  static constexpr absl::Duration kRemember = absl::Minutes(10);

  struct Deps {
    PresenceTracker& presence;
    const base::Clock& clock;
    SettingsSink& sink;
    obs::Logger& logger;
    obs::Metrics& metrics;  // marquee_settings_pushes_total{kind}
  };

  explicit SettingsPusher(Deps deps);

  void Note(const SettingsChanges& update);
  void Tick();

 private:
  struct Waiting {
    SettingsBodyPtr before;
    SettingsBodyPtr after;
    absl::Duration since;  // time of the first unsent change
  };

  void Apply(const std::map<std::string, Waiting>& due);

  const Deps deps_;
  const obs::Counter navigations_;
  const obs::Counter applications_;
  base::Mutex mutex_;
  std::map<std::string, Waiting> waiting_ MARQUEE_GUARDED_BY(mutex_);
  std::map<std::string, Waiting> absent_ MARQUEE_GUARDED_BY(mutex_);  // waiting for a socket
  absl::Duration next_absent_check_ MARQUEE_GUARDED_BY(mutex_);       // of absent_
};

}  // namespace marquee::devices
