// What people change of devices: names, tags, groups, profile, settings; one device, many at once,
// or two records made one.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/base/clock.h"
#include "libs/obs/logger.h"
#include "services/devices/bus/bus.h"
#include "services/devices/presence/presence_tracker.h"
#include "services/devices/registry/registry.h"
#include "services/devices/store/device_store.h"

namespace marquee::devices {

// New values of the fields that are set; the rest stays.
struct DeviceChange {
  std::optional<std::string> name = {};
  std::optional<std::string> location = {};
  std::optional<std::vector<std::string>> tags = {};
  std::optional<std::vector<std::string>> groups = {};
  std::optional<std::string> profile_id = {};
  std::optional<std::string> preset = {};
  std::optional<std::string> settings_override = {};  // JSON object
  std::optional<std::string> plex_username = {};
};

struct BatchUpdated {
  std::vector<SeenDevice> devices;
  std::vector<std::string> missing_ids;
};

struct Merged {
  SeenDevice device;
  int merged = 0;
  // The displays of the records that went are the target's now, with the ids and secrets that they
  // have; else they are told that they were deleted.
  bool displays_go_on = false;
  // Sockets of the records that went; to be closed.
  std::vector<std::pair<std::string, Socket>> sockets;
};

inline constexpr size_t kMaxBatch = 1000;
inline constexpr size_t kMaxTags = 64;
inline constexpr size_t kMaxGroupsOfDevice = 64;

// Thread-safe; calls block on the store. A change is announced as BusTopic::kDeviceChanged. The
// repeat of a request (same request_id, within a day) changes nothing and returns what is there
// now.
class DeviceEditor {
 public:
  struct Deps {
    DeviceStore& store;
    PresenceTracker& presence;
    Bus& bus;
    const base::Clock& clock;
    obs::Logger& logger;
  };

  explicit DeviceEditor(Deps deps) : deps_(deps) {}

  // kNotFound: no such device. kInvalidArgument: a value is too long, no JSON object, or names a
  // group or profile that does not exist. kAborted (registry/errors.h): `revision` is set and not
  // the present one.
  absl::StatusOr<SeenDevice> Update(std::string_view device_id, const DeviceChange& change,
                                    std::optional<int64_t> revision, std::string_view request_id);
  // In one transaction: all that exist, or none. At most kMaxBatch ids.
  absl::StatusOr<BatchUpdated> BatchUpdate(const std::vector<std::string>& device_ids,
                                           const DeviceChange& change, std::string_view request_id);
  // merge_devices.h says what becomes of the target. When the target's own display is not there,
  // the displays of the sources go on as the target: whichever record of a screen is kept, the
  // screen is. Sources that do not exist are passed over. kInvalidArgument: no source, or the
  // target among them. kNotFound: no target.
  absl::StatusOr<Merged> Merge(std::string_view target_id,
                               const std::vector<std::string>& source_ids,
                               std::string_view request_id);

 private:
  SeenDevice Seen(Device device) const;
  // Whether the target's own display is there: it has a socket, or was heard of a moment ago and
  // neither left nor came back as one of the sources.
  bool IsThere(const Device& target, const std::vector<Device>& sources) const;

  const Deps deps_;
};

}  // namespace marquee::devices
