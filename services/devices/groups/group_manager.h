// Creates, changes and deletes groups and profiles. Their effect on displays is computed in
// settings/.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/clock.h"
#include "libs/obs/logger.h"
#include "services/devices/bus/bus.h"
#include "services/devices/model/group.h"
#include "services/devices/store/device_store.h"

namespace marquee::devices {

// New values of the fields that are set; the others are not changed.
struct GroupChange {
  std::optional<std::string> name = {};
  std::optional<std::string> description = {};
  std::optional<std::string> settings_template = {};  // JSON object
  std::optional<int64_t> order = {};                  // clamped to 0 … kMaxGroupOrder
};

struct ProfileChange {
  std::optional<std::string> name = {};
  std::optional<std::string> description = {};
  std::optional<std::string> settings = {};  // JSON object
};

// Thread-safe; calls block on the store. Each change is announced as BusTopic::kSettingsChanged. A
// repeated request (same request_id, within a day) changes nothing and returns the current state.
//
// kInvalidArgument: an invalid id (model/resource_id.h), a text that is too long, settings that are
// not a JSON object. kNotFound, kAlreadyExists: by id. kAborted: `revision` is set and not the
// current one. kResourceExhausted: kMaxGroups or kMaxProfiles exist.
// the present one. kResourceExhausted: kMaxGroups or kMaxProfiles are there.
class GroupManager {
 public:
  struct Deps {
    DeviceStore& store;
    Bus& bus;
    const base::Clock& clock;
    obs::Logger& logger;
  };

  explicit GroupManager(Deps deps) : deps_(deps) {}

  // Sorted by order, then by id.
  absl::StatusOr<std::vector<Group>> ListGroups();
  // An empty id is replaced by a UUID, an unset order by the largest order plus one.
  absl::StatusOr<Group> CreateGroup(std::string id, const GroupChange& values,
                                    std::string_view request_id);
  absl::StatusOr<Group> UpdateGroup(std::string_view id, const GroupChange& change,
                                    std::optional<int64_t> revision, std::string_view request_id);
  // Also removes all devices from the group.
  absl::Status DeleteGroup(std::string_view id, std::string_view request_id);
  // kNotFound: no such group.
  absl::StatusOr<std::vector<std::string>> MembersOf(std::string_view id);

  // Sorted by name, then by id.
  absl::StatusOr<std::vector<Profile>> ListProfiles();
  absl::StatusOr<Profile> CreateProfile(std::string id, const ProfileChange& values,
                                        std::string_view request_id);
  absl::StatusOr<Profile> UpdateProfile(std::string_view id, const ProfileChange& change,
                                        std::optional<int64_t> revision,
                                        std::string_view request_id);
  // Also removes the profile from all devices.
  absl::Status DeleteProfile(std::string_view id, std::string_view request_id);

 private:
  const Deps deps_;
};

}  // namespace marquee::devices
