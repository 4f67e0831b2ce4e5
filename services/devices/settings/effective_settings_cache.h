// Which settings are in force for which device: computed when something changes, kept in memory,
// and told to whoever listens.
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

// One body; devices with equal settings share it. Immutable.
struct SettingsBody {
  std::string hash;
  std::string json;  // canonical
  boost::json::object object;
  std::string mode;  // see DisplayMode
};
using SettingsBodyPtr = std::shared_ptr<const SettingsBody>;

// What changed for one device; device_id "" is every display that is not registered.
struct SettingsChange {
  std::string device_id;
  std::string install_id;
  std::string hardware_id;
  std::string cookie_id = {};
  SettingsBodyPtr before;  // null: it was not known
  SettingsBodyPtr after;   // null: it is gone
};

// Everything that is in force, or what has changed of it.
struct SettingsNews {
  int64_t generation = 0;
  std::vector<SettingsChange> changes;
};

// Thread-safe. Holds some 300 bytes a device and one body for each different setting.
class EffectiveSettingsCache {
 public:
  // Called in the order of the changes, under the settings_cache's lock: it must not call the
  // settings_cache back.
  using Listener = std::function<void(const SettingsNews&)>;

  struct Deps {
    DeviceStore& store;
    Bus& bus;
    const base::Clock& clock;
    obs::Logger& logger;
    obs::Metrics& metrics;  // marquee_settings_bodies, marquee_settings_seconds
    Listener listener;
  };

  // Reads everything once. From then on the bus says when to look again.
  static absl::StatusOr<std::unique_ptr<EffectiveSettingsCache>> Create(Deps deps);

  // For a device that is not known: what is in force for displays that are not registered.
  SettingsBodyPtr Of(std::string_view device_id) const;
  int64_t generation() const;

  // Calls `introduce` with all that is in force, the unregistered first; no change is told
  // meanwhile, so that a listener that is set up in there misses none and hears none twice.
  void Introduce(const Listener& introduce) const;

  // Whether a refresh failed and is still owed; then tries it again. Called every few seconds.
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

  // Reads everything anew, or one device.
  absl::Status RefreshAll();
  absl::Status Refresh(std::string_view device_id);
  void Report(const absl::Status& status);
  SettingsBodyPtr BodyOf(const Device& device) MARQUEE_REQUIRES(mutex_);
  // Notes what `device` has now; appends to `news` if that is new.
  void Note(const Device& device, SettingsNews& news) MARQUEE_REQUIRES(mutex_);
  void Tell(SettingsNews& news) MARQUEE_REQUIRES(mutex_);

  const Deps deps_;
  const obs::Histogram seconds_;
  mutable base::Mutex mutex_;
  SettingsSources sources_ MARQUEE_GUARDED_BY(mutex_);
  SettingsBodyPtr unregistered_ MARQUEE_GUARDED_BY(mutex_);
  Entries entries_ MARQUEE_GUARDED_BY(mutex_);
  // Bodies in use by hash, and by what they were made from: most devices share their makings.
  std::unordered_map<std::string, std::weak_ptr<const SettingsBody>> by_hash_
      MARQUEE_GUARDED_BY(mutex_);
  std::unordered_map<std::string, std::weak_ptr<const SettingsBody>> by_makings_
      MARQUEE_GUARDED_BY(mutex_);
  int64_t generation_ MARQUEE_GUARDED_BY(mutex_);
  bool owed_ MARQUEE_GUARDED_BY(mutex_) = false;  // a refresh of everything failed
  std::shared_ptr<void> on_scrape_;
  // Last, so that no wake-up comes while the rest goes.
  std::shared_ptr<void> on_settings_;
  std::shared_ptr<void> on_device_;
};

}  // namespace marquee::devices
