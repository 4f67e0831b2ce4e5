// Tells displays that are there of changed settings: a changed mode is a command mode.navigate
// (kept until the display has it), anything else goes to open sockets as it is.
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

// The way to displays. Thread-safe.
class SettingsSink {
 public:
  virtual ~SettingsSink() = default;
  // Passes changed settings to the gateways of these sockets; promises nothing.
  virtual void ApplySettings(const std::vector<std::pair<std::string, Socket>>& sockets,
                             const boost::json::object& changed) = 0;
  // Has these displays go to a page.
  virtual absl::Status Navigate(const std::vector<std::string>& device_ids,
                                const std::string& mode) = 0;
};

// Note is called under the settings_cache's lock and only remembers; Tick, on the periodic_task,
// tells. Several changes of one device before that are told as one, so that at most one entry a
// device waits. A display without a socket is told when it has one again, within kRemember: it
// comes back by itself after a few seconds; one that was away for longer was started anew and has
// read its settings.
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

  void Note(const SettingsNews& news);
  void Tick();

 private:
  struct Waiting {
    SettingsBodyPtr before;
    SettingsBodyPtr after;
    absl::Duration since;  // of the first change that was not told
  };

  void Apply(const std::map<std::string, Waiting>& due);

  const Deps deps_;
  const obs::Counter navigations_;
  const obs::Counter applications_;
  base::Mutex mutex_;
  std::map<std::string, Waiting> waiting_ MARQUEE_GUARDED_BY(mutex_);
  std::map<std::string, Waiting> absent_ MARQUEE_GUARDED_BY(mutex_);  // waiting for a socket
  absl::Duration next_look_ MARQUEE_GUARDED_BY(mutex_);               // for those
};

}  // namespace marquee::devices
