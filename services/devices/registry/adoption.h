// Adopts or rejects unknown displays on behalf of an owner.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <vector>

#include "libs/base/clock.h"
#include "libs/obs/logger.h"
#include "services/devices/bus/bus.h"
#include "services/devices/presence/presence_tracker.h"
#include "services/devices/registry/registry.h"
#include "services/devices/registry/store_identity.h"
#include "services/devices/registry/unknown_displays.h"
#include "services/devices/store/device_store.h"

namespace marquee::devices {

struct Adopted {
  std::vector<SeenDevice> devices;
  std::vector<std::string> missing;    // names without a listed display
  std::vector<std::string> ambiguous;  // ids that several displays present
};

// Thread-safe; calls block on the store.
class Adoption {
 public:
  struct Deps {
    DeviceStore& store;
    const StoreIdentity& identity;
    UnknownDisplays& unknown;
    PresenceTracker& presence;
    Bus& bus;  // BusTopic::kDeviceChanged
    const base::Clock& clock;
    obs::Logger& logger;
  };

  explicit Adoption(Deps deps) : deps_(deps) {}

  // Creates devices with the ids and secrets that these displays present, so that they work from
  // their next heartbeat; an existing device with the same id gets the secret. All or none.
  // `names`: UnknownDisplay::key(), or the id if only one display presents it.
  absl::StatusOr<Adopted> Adopt(const std::vector<std::string>& names);

  // Rejects these displays: their ids count as deleted, which is certain, and an existing device
  // with the same id keeps its secret. `devices` of the result is empty. kResourceExhausted: see
  // Registry::Delete.
  absl::StatusOr<Adopted> Reject(const std::vector<std::string>& names);

 private:
  std::vector<UnknownDisplay> Find(const std::vector<std::string>& names, Adopted& result) const;

  const Deps deps_;
};

}  // namespace marquee::devices
