#include "services/devices/groups/group_manager.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "libs/rpc/error_info.h"
#include "services/devices/model/ids.h"
#include "services/devices/model/resource_id.h"
#include "services/devices/store/json_column.h"

namespace marquee::devices {
namespace {

constexpr size_t kMaxRequestIdBytes = 256;

absl::Status CheckText(std::string_view what, const std::optional<std::string>& text, size_t most) {
  if (!text || text->size() <= most) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("{}: has {} bytes, expected at most {}", what, text->size(), most));
}

absl::Status CheckSettings(std::string_view what, const std::optional<std::string>& json) {
  MARQUEE_RETURN_IF_ERROR(CheckText(what, json, kMaxSettingsBytes));
  if (!json || IsObject(*json)) return absl::OkStatus();
  return absl::InvalidArgumentError(fmt::format("{}: expected a JSON object", what));
}

absl::Status Validate(const GroupChange& change) {
  MARQUEE_RETURN_IF_ERROR(CheckText("name", change.name, kMaxGroupNameBytes));
  MARQUEE_RETURN_IF_ERROR(CheckText("description", change.description, kMaxDescriptionBytes));
  return CheckSettings("settings template", change.settings_template);
}

absl::Status Validate(const ProfileChange& change) {
  MARQUEE_RETURN_IF_ERROR(CheckText("name", change.name, kMaxGroupNameBytes));
  MARQUEE_RETURN_IF_ERROR(CheckText("description", change.description, kMaxDescriptionBytes));
  return CheckSettings("settings", change.settings);
}

void Apply(const GroupChange& change, Group& group) {
  if (change.name) group.name = *change.name;
  if (change.description) group.description = *change.description;
  if (change.settings_template) group.settings_template = *change.settings_template;
  if (change.order) group.order = std::clamp<int64_t>(*change.order, 0, kMaxGroupOrder);
}

void Apply(const ProfileChange& change, Profile& profile) {
  if (change.name) profile.name = *change.name;
  if (change.description) profile.description = *change.description;
  if (change.settings) profile.settings = *change.settings;
}

absl::Status CheckId(std::string_view id) {
  if (IsResourceId(id)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "id: expected 1 to 128 letters, digits, dots, dashes and underscores");
}

absl::Status NoSuch(std::string_view what, std::string_view id) {
  return absl::NotFoundError(fmt::format("no {} has the id {}", what, id));
}

absl::Status Stale(std::string_view what, std::string_view id, int64_t present) {
  return rpc::WithReason(
      absl::AbortedError(fmt::format("{} {} was changed in the meantime; read it again", what, id)),
      "STALE_ETAG", {{"version", fmt::format("{}", present)}});
}

// The result of an earlier request with this id; empty: there was none.
absl::StatusOr<std::string> Earlier(StoreTransaction& store, std::string_view method,
                                    std::string_view request_id) {
  if (request_id.empty()) return std::string();
  MARQUEE_ASSIGN_OR_RETURN(const auto known, store.FindRequest(method, request_id));
  return known.value_or(std::string());
}

absl::Status Remember(StoreTransaction& store, std::string_view method, std::string_view request_id,
                      std::string_view id, absl::Time now) {
  if (request_id.empty()) return absl::OkStatus();
  if (request_id.size() > kMaxRequestIdBytes) {
    return absl::InvalidArgumentError("request_id: expected at most 256 bytes");
  }
  return store.RememberRequest(method, request_id, id, now);
}

}  // namespace

absl::StatusOr<std::vector<Group>> GroupManager::ListGroups() {
  std::vector<Group> groups;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Read([&](StoreView& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(groups, store.ListGroups());
    return absl::OkStatus();
  }));
  return groups;
}

absl::StatusOr<Group> GroupManager::CreateGroup(std::string id, const GroupChange& values,
                                                std::string_view request_id) {
  if (id.empty()) id = NewUuid();
  MARQUEE_RETURN_IF_ERROR(CheckId(id));
  MARQUEE_RETURN_IF_ERROR(Validate(values));
  Group created;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Write([&](StoreTransaction& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(const std::string earlier, Earlier(store, "CreateGroup", request_id));
    MARQUEE_ASSIGN_OR_RETURN(auto known, store.FindGroup(earlier.empty() ? id : earlier));
    if (known && !earlier.empty()) {
      created = std::move(*known);
      return absl::OkStatus();
    }
    if (known) return absl::AlreadyExistsError(fmt::format("a group has the id {}", id));
    MARQUEE_ASSIGN_OR_RETURN(const auto groups, store.ListGroups());
    if (groups.size() >= kMaxGroups) {
      return absl::ResourceExhaustedError(
          fmt::format("the limit of {} groups is reached; delete some first", kMaxGroups));
    }
    created = Group();
    created.id = id;
    created.order = groups.empty() ? 0 : std::min(groups.back().order + 1, kMaxGroupOrder);
    Apply(values, created);
    created.created_at = created.updated_at = deps_.clock.Now();
    created.revision = 1;
    MARQUEE_RETURN_IF_ERROR(Remember(store, "CreateGroup", request_id, id, created.created_at));
    return store.PutGroup(created);
  }));
  deps_.bus.Publish(BusTopic::kSettingsChanged, "");
  deps_.logger.Info("group created", {{"group", created.id}});
  return created;
}

absl::StatusOr<Group> GroupManager::UpdateGroup(std::string_view id, const GroupChange& change,
                                                std::optional<int64_t> revision,
                                                std::string_view request_id) {
  MARQUEE_RETURN_IF_ERROR(Validate(change));
  Group updated;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Write([&](StoreTransaction& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(auto group, store.FindGroup(id));
    if (!group) return NoSuch("group", id);
    updated = std::move(*group);
    MARQUEE_ASSIGN_OR_RETURN(const std::string earlier, Earlier(store, "UpdateGroup", request_id));
    if (!earlier.empty()) return absl::OkStatus();
    if (revision && *revision != updated.revision) return Stale("group", id, updated.revision);
    Apply(change, updated);
    updated.updated_at = deps_.clock.Now();
    ++updated.revision;
    MARQUEE_RETURN_IF_ERROR(Remember(store, "UpdateGroup", request_id, id, updated.updated_at));
    return store.PutGroup(updated);
  }));
  deps_.bus.Publish(BusTopic::kSettingsChanged, "");
  return updated;
}

absl::Status GroupManager::DeleteGroup(std::string_view id, std::string_view request_id) {
  std::vector<std::string> changed;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Write([&](StoreTransaction& store) -> absl::Status {
    changed.clear();
    MARQUEE_ASSIGN_OR_RETURN(const std::string earlier, Earlier(store, "DeleteGroup", request_id));
    if (!earlier.empty()) return absl::OkStatus();
    MARQUEE_ASSIGN_OR_RETURN(const bool existed, store.DeleteGroup(id));
    if (!existed) return NoSuch("group", id);
    const absl::Time now = deps_.clock.Now();
    MARQUEE_ASSIGN_OR_RETURN(auto members, store.DevicesInGroup(id));
    for (Device& device : members) {
      std::erase(device.groups, id);
      device.updated_at = now;
      ++device.revision;
      MARQUEE_RETURN_IF_ERROR(store.PutDevice(device));
      changed.push_back(device.id);
    }
    return Remember(store, "DeleteGroup", request_id, id, now);
  }));
  deps_.bus.Publish(BusTopic::kSettingsChanged, "");
  for (const std::string& device_id : changed) {
    deps_.bus.Publish(BusTopic::kDeviceChanged, device_id);
  }
  deps_.logger.Info("group deleted", {{"group", id}});
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> GroupManager::MembersOf(std::string_view id) {
  std::vector<std::string> members;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Read([&](StoreView& store) -> absl::Status {
    members.clear();
    MARQUEE_ASSIGN_OR_RETURN(const auto group, store.FindGroup(id));
    if (!group) return NoSuch("group", id);
    MARQUEE_ASSIGN_OR_RETURN(const auto devices, store.DevicesInGroup(id));
    for (const Device& device : devices) members.push_back(device.id);
    return absl::OkStatus();
  }));
  return members;
}

absl::StatusOr<std::vector<Profile>> GroupManager::ListProfiles() {
  std::vector<Profile> profiles;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Read([&](StoreView& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(profiles, store.ListProfiles());
    return absl::OkStatus();
  }));
  return profiles;
}

absl::StatusOr<Profile> GroupManager::CreateProfile(std::string id, const ProfileChange& values,
                                                    std::string_view request_id) {
  if (id.empty()) id = NewUuid();
  MARQUEE_RETURN_IF_ERROR(CheckId(id));
  MARQUEE_RETURN_IF_ERROR(Validate(values));
  Profile created;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Write([&](StoreTransaction& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(const std::string earlier,
                             Earlier(store, "CreateProfile", request_id));
    MARQUEE_ASSIGN_OR_RETURN(auto known, store.FindProfile(earlier.empty() ? id : earlier));
    if (known && !earlier.empty()) {
      created = std::move(*known);
      return absl::OkStatus();
    }
    if (known) return absl::AlreadyExistsError(fmt::format("a profile has the id {}", id));
    MARQUEE_ASSIGN_OR_RETURN(const auto profiles, store.ListProfiles());
    if (profiles.size() >= kMaxProfiles) {
      return absl::ResourceExhaustedError(
          fmt::format("the limit of {} profiles is reached; delete some first", kMaxProfiles));
    }
    created = Profile();
    created.id = id;
    Apply(values, created);
    created.created_at = created.updated_at = deps_.clock.Now();
    created.revision = 1;
    MARQUEE_RETURN_IF_ERROR(Remember(store, "CreateProfile", request_id, id, created.created_at));
    return store.PutProfile(created);
  }));
  deps_.bus.Publish(BusTopic::kSettingsChanged, "");
  deps_.logger.Info("profile created", {{"profile", created.id}});
  return created;
}

absl::StatusOr<Profile> GroupManager::UpdateProfile(std::string_view id,
                                                    const ProfileChange& change,
                                                    std::optional<int64_t> revision,
                                                    std::string_view request_id) {
  MARQUEE_RETURN_IF_ERROR(Validate(change));
  Profile updated;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Write([&](StoreTransaction& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(auto profile, store.FindProfile(id));
    if (!profile) return NoSuch("profile", id);
    updated = std::move(*profile);
    MARQUEE_ASSIGN_OR_RETURN(const std::string earlier,
                             Earlier(store, "UpdateProfile", request_id));
    if (!earlier.empty()) return absl::OkStatus();
    if (revision && *revision != updated.revision) return Stale("profile", id, updated.revision);
    Apply(change, updated);
    updated.updated_at = deps_.clock.Now();
    ++updated.revision;
    MARQUEE_RETURN_IF_ERROR(Remember(store, "UpdateProfile", request_id, id, updated.updated_at));
    return store.PutProfile(updated);
  }));
  deps_.bus.Publish(BusTopic::kSettingsChanged, "");
  return updated;
}

absl::Status GroupManager::DeleteProfile(std::string_view id, std::string_view request_id) {
  std::vector<std::string> changed;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Write([&](StoreTransaction& store) -> absl::Status {
    changed.clear();
    MARQUEE_ASSIGN_OR_RETURN(const std::string earlier,
                             Earlier(store, "DeleteProfile", request_id));
    if (!earlier.empty()) return absl::OkStatus();
    MARQUEE_ASSIGN_OR_RETURN(const bool existed, store.DeleteProfile(id));
    if (!existed) return NoSuch("profile", id);
    const absl::Time now = deps_.clock.Now();
    MARQUEE_ASSIGN_OR_RETURN(auto devices, store.DevicesWithProfile(id));
    for (Device& device : devices) {
      device.profile_id.clear();
      device.updated_at = now;
      ++device.revision;
      MARQUEE_RETURN_IF_ERROR(store.PutDevice(device));
      changed.push_back(device.id);
    }
    return Remember(store, "DeleteProfile", request_id, id, now);
  }));
  deps_.bus.Publish(BusTopic::kSettingsChanged, "");
  for (const std::string& device_id : changed) {
    deps_.bus.Publish(BusTopic::kDeviceChanged, device_id);
  }
  deps_.logger.Info("profile deleted", {{"profile", id}});
  return absl::OkStatus();
}

}  // namespace marquee::devices
