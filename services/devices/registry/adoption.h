// What an owner decides about displays that this store does not know.
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
  std::vector<std::string> missing;    // of the names: no display of this name is listed
  std::vector<std::string> ambiguous;  // of the names: several present this id; name one by its key
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

  // Makes devices of these displays, with the ids and secrets that they present, so that they work
  // with their next heartbeat; a device that has the id already takes the secret. All or none.
  // `names`: UnknownDisplay::key(), or the id where one display presents it.
  absl::StatusOr<Adopted> Adopt(const std::vector<std::string>& names);

  // These displays are told that they are unknown for certain: their ids count as deleted, and a
  // device that has the id keeps its secret. `devices` of the answer stays empty.
  // kResourceExhausted: see Registry::Delete.
  absl::StatusOr<Adopted> Reject(const std::vector<std::string>& names);

 private:
  std::vector<UnknownDisplay> Find(const std::vector<std::string>& names, Adopted& result) const;

  const Deps deps_;
};

}  // namespace marquee::devices
