// Displays that registered and wait for an owner's approval.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <vector>

#include "libs/base/clock.h"
#include "libs/obs/logger.h"
#include "services/devices/bus/bus.h"
#include "services/devices/presence/presence_tracker.h"
#include "services/devices/registry/registry.h"
#include "services/devices/store/device_store.h"

namespace marquee::devices {

// Six random digits that no waiting device uses.
absl::StatusOr<std::string> UnusedApprovalCode(StoreView& store);

struct Approved {
  std::vector<SeenDevice> devices;
  std::vector<std::string> missing;  // ids and codes without a waiting device
};

// Thread-safe; calls block on the store.
class Approval {
 public:
  struct Deps {
    DeviceStore& store;
    PresenceTracker& presence;
    Bus& bus;  // BusTopic::kDeviceChanged
    const base::Clock& clock;
    obs::Logger& logger;
  };

  explicit Approval(Deps deps) : deps_(deps) {}

  // `names`: device ids, or the codes shown by the displays. All or none.
  absl::StatusOr<Approved> Approve(const std::vector<std::string>& names);

  // The waiting devices, least recently seen first.
  absl::StatusOr<std::vector<SeenDevice>> List();

 private:
  SeenDevice Seen(Device device) const;

  const Deps deps_;
};

}  // namespace marquee::devices
