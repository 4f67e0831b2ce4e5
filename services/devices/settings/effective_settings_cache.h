// Caches the effective settings of all devices: recomputed on changes, kept in memory, and sent to
// a listener.
#pragma once

#include <absl/status/statusor.h>

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/base/strings.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"
#include "services/devices/bus/bus.h"
#include "services/devices/settings/effective_settings.h"
#include "services/devices/store/device_store.h"

namespace marquee::devices {

// The settings of one or more devices; devices with equal settings share a body. Immutable.
struct SettingsBody {
  std::string hash;
  std::string json;  // canonical
  boost::json::object object;
  std::string mode;  // see DisplayMode
};
using SettingsBodyPtr = std::shared_ptr<const SettingsBody>;

// A change for one device; device_id "" means all unregistered displays.
struct SettingsChange {
  std::string device_id;
  std::string install_id;
  std::string hardware_id;
  std::string cookie_id = {};
  SettingsBodyPtr before;  // null: new device
  SettingsBodyPtr after;   // null: deleted device
};

// All effective settings, or changes of them.
struct SettingsChanges {
  int64_t generation = 0;
  std::vector<SettingsChange> changes;
};

// Thread-safe. Uses about 300 bytes per device and one body per distinct settings.
class EffectiveSettingsCache {
 public:
  // Called in the order of the changes, under the cache's lock: it must not call the cache.
  using Listener = std::function<void(const SettingsChanges&)>;

  struct Deps {
    DeviceStore& store;
    Bus& bus;
    const base::Clock& clock;
    obs::Logger& logger;
    obs::Metrics& metrics;  // marquee_settings_bodies, marquee_settings_seconds
    Listener listener;
  };

  // Reads everything once; later changes are announced on the bus.
  static absl::StatusOr<std::unique_ptr<EffectiveSettingsCache>> Create(Deps deps);

  // For an unknown device: the settings of unregistered displays.
  SettingsBodyPtr Of(std::string_view device_id) const;
  int64_t generation() const;

  // Calls `introduce` with all effective settings, those of unregistered displays first. No change
  // is reported during the call, so a listener registered in it misses none and gets none twice.
  void Introduce(const Listener& introduce) const;

  // Retries a failed refresh. Called every few seconds.
  void Tick();

 private:
  struct Entry {
    std::string install_id;
    std::string hardware_id;
    std::string cookie_id = {};
    SettingsBodyPtr body;
  };
  using Entries = std::unordered_map<std::string, Entry, base::StringHash, base::StringEq>;

  explicit EffectiveSettingsCache(Deps deps);

  // Reads everything again, or one device.
  absl::Status RefreshAll();
  absl::Status Refresh(std::string_view device_id);
  void Report(const absl::Status& status);
  SettingsBodyPtr BodyOf(const Device& device) MARQUEE_REQUIRES(mutex_);
  // Stores the settings of `device`; appends a change to `update` if they differ.
  void Note(const Device& device, SettingsChanges& update) MARQUEE_REQUIRES(mutex_);
  void Notify(SettingsChanges& update) MARQUEE_REQUIRES(mutex_);

  const Deps deps_;
  const obs::Histogram seconds_;
  mutable base::Mutex mutex_;
  SettingsSources sources_ MARQUEE_GUARDED_BY(mutex_);
  SettingsBodyPtr unregistered_ MARQUEE_GUARDED_BY(mutex_);
  Entries entries_ MARQUEE_GUARDED_BY(mutex_);
  // Bodies in use by hash and by inputs: most devices have equal inputs.
  std::unordered_map<std::string, std::weak_ptr<const SettingsBody>> by_hash_
      MARQUEE_GUARDED_BY(mutex_);
  std::unordered_map<std::string, std::weak_ptr<const SettingsBody>> by_inputs_
      MARQUEE_GUARDED_BY(mutex_);
  int64_t generation_ MARQUEE_GUARDED_BY(mutex_);
  bool refresh_pending_ MARQUEE_GUARDED_BY(mutex_) = false;  // a refresh of everything failed
  std::shared_ptr<void> on_scrape_;
  // Last members: unsubscribed before the others are destroyed.
  std::shared_ptr<void> on_settings_;
  std::shared_ptr<void> on_device_;
};

}  // namespace marquee::devices
