// Changes devices on behalf of users: names, tags, groups, profile and settings of one or many
// devices, and merges devices.
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

// New values of the fields that are set; the others are not changed.
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
  // The displays of the source devices continue as the target, with the ids and secrets that they
  // have; otherwise they are treated as deleted.
  bool displays_continue = false;
  // Sockets of the source devices, to be closed.
  std::vector<std::pair<std::string, Socket>> sockets;
};

inline constexpr size_t kMaxBatch = 1000;
inline constexpr size_t kMaxTags = 64;
inline constexpr size_t kMaxGroupsOfDevice = 64;

// Thread-safe; calls block on the store. A change is announced as BusTopic::kDeviceChanged. A
// repeated request (same request_id, within a day) changes nothing and returns the current state.
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

  // kNotFound: no such device. kInvalidArgument: a value is too long, is not a JSON object, or
  // names a group or profile that does not exist. kAborted (registry/errors.h): `revision` is set
  // and not the current one.
  absl::StatusOr<SeenDevice> Update(std::string_view device_id, const DeviceChange& change,
                                    std::optional<int64_t> revision, std::string_view request_id);
  // Changes all existing devices in one transaction, or none. At most kMaxBatch ids.
  absl::StatusOr<BatchUpdated> BatchUpdate(const std::vector<std::string>& device_ids,
                                           const DeviceChange& change, std::string_view request_id);
  // merge_devices.h describes the resulting target. If the target's own display is not connected,
  // the displays of the sources continue as the target, so that the screen works whichever of its
  // devices is kept. Missing sources are ignored. kInvalidArgument: no source, or the target is one
  // of them. kNotFound: no target.
  absl::StatusOr<Merged> Merge(std::string_view target_id,
                               const std::vector<std::string>& source_ids,
                               std::string_view request_id);

 private:
  SeenDevice Seen(Device device) const;
  // Whether the target's own display is connected: it has a socket, or was seen a moment ago and
  // neither left its page nor registered again as one of the sources.
  bool IsConnected(const Device& target, const std::vector<Device>& sources) const;

  const Deps deps_;
};

}  // namespace marquee::devices
