#include "services/devices/registry/device_editor.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "libs/base/status.h"
#include "services/devices/registry/errors.h"
#include "services/devices/registry/former_devices.h"
#include "services/devices/registry/merge_devices.h"
#include "services/devices/store/json_column.h"

namespace marquee::devices {
namespace {

absl::Status CheckTexts(std::string_view what, const std::vector<std::string>& texts, size_t most) {
  if (texts.size() > most) {
    return absl::InvalidArgumentError(fmt::format("{}: expected at most {}", what, most));
  }
  for (const std::string& text : texts) {
    if (text.empty())
      return absl::InvalidArgumentError(fmt::format("{}: must not contain an empty text", what));
    MARQUEE_RETURN_IF_ERROR(CheckLength(what, text, kMaxNameBytes));
  }
  return absl::OkStatus();
}

absl::Status Validate(const DeviceChange& change) {
  if (change.name) MARQUEE_RETURN_IF_ERROR(CheckLength("name", *change.name, kMaxNameBytes));
  if (change.location) {
    MARQUEE_RETURN_IF_ERROR(CheckLength("location", *change.location, kMaxNameBytes));
  }
  if (change.preset) MARQUEE_RETURN_IF_ERROR(CheckLength("preset", *change.preset, kMaxNameBytes));
  if (change.plex_username) {
    MARQUEE_RETURN_IF_ERROR(CheckLength("plex username", *change.plex_username, kMaxNameBytes));
  }
  if (change.tags) MARQUEE_RETURN_IF_ERROR(CheckTexts("tags", *change.tags, kMaxTags));
  if (change.groups) {
    MARQUEE_RETURN_IF_ERROR(CheckTexts("groups", *change.groups, kMaxGroupsOfDevice));
  }
  if (change.settings_override) {
    MARQUEE_RETURN_IF_ERROR(
        CheckLength("settings override", *change.settings_override, kMaxSettingsBytes));
    if (!IsObject(*change.settings_override)) {
      return absl::InvalidArgumentError("settings override: expected a JSON object");
    }
  }
  return absl::OkStatus();
}

// A reference to a missing group would silently have no effect, so it is rejected.
absl::Status CheckReferences(StoreView& store, const DeviceChange& change) {
  for (const std::string& id : change.groups.value_or(std::vector<std::string>())) {
    MARQUEE_ASSIGN_OR_RETURN(const auto group, store.FindGroup(id));
    if (!group) return absl::InvalidArgumentError(fmt::format("no group has the id {}", id));
  }
  const std::string profile_id = change.profile_id.value_or("");
  if (profile_id.empty()) return absl::OkStatus();
  MARQUEE_ASSIGN_OR_RETURN(const auto profile, store.FindProfile(profile_id));
  if (profile) return absl::OkStatus();
  return absl::InvalidArgumentError(fmt::format("no profile has the id {}", profile_id));
}

void Apply(const DeviceChange& change, Device& device) {
  if (change.name) device.name = *change.name;
  if (change.location) device.location = *change.location;
  if (change.tags) device.tags = *change.tags;
  if (change.groups) device.groups = *change.groups;
  if (change.profile_id) device.profile_id = *change.profile_id;
  if (change.preset) device.preset = *change.preset;
  if (change.settings_override) device.settings_override = *change.settings_override;
  if (change.plex_username) device.plex_username = *change.plex_username;
}

absl::Status PutChanged(StoreTransaction& store, Device& device, absl::Time now) {
  device.updated_at = now;
  ++device.revision;
  return store.PutDevice(device);
}

// True: the request was processed before.
absl::StatusOr<bool> IsRepeat(StoreTransaction& store, std::string_view method,
                              std::string_view request_id) {
  if (request_id.empty()) return false;
  MARQUEE_ASSIGN_OR_RETURN(const auto known, store.FindRequest(method, request_id));
  return known.has_value();
}

absl::Status Remember(StoreTransaction& store, std::string_view method, std::string_view request_id,
                      std::string_view resource, absl::Time now) {
  if (request_id.empty()) return absl::OkStatus();
  MARQUEE_RETURN_IF_ERROR(CheckLength("request id", request_id, kMaxIdentifierBytes));
  return store.RememberRequest(method, request_id, resource, now);
}

}  // namespace

SeenDevice DeviceEditor::Seen(Device device) const {
  deps_.presence.Overlay(device);
  const Presence presence = deps_.presence.Of(device);
  return {.device = std::move(device), .presence = presence};
}

absl::StatusOr<SeenDevice> DeviceEditor::Update(std::string_view device_id,
                                                const DeviceChange& change,
                                                std::optional<int64_t> revision,
                                                std::string_view request_id) {
  MARQUEE_RETURN_IF_ERROR(Validate(change));
  Device updated;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Write([&](StoreTransaction& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(auto device, store.FindDevice(device_id));
    if (!device) return NoSuchDevice(device_id);
    updated = std::move(*device);
    MARQUEE_ASSIGN_OR_RETURN(const bool repeat, IsRepeat(store, "UpdateDevice", request_id));
    if (repeat) return absl::OkStatus();
    if (revision && *revision != updated.revision) {
      return ChangedByAnother("device", device_id, updated.revision);
    }
    MARQUEE_RETURN_IF_ERROR(CheckReferences(store, change));
    Apply(change, updated);
    const absl::Time now = deps_.clock.Now();
    MARQUEE_RETURN_IF_ERROR(Remember(store, "UpdateDevice", request_id, device_id, now));
    return PutChanged(store, updated, now);
  }));
  deps_.bus.Publish(BusTopic::kDeviceChanged, device_id);
  return Seen(std::move(updated));
}

absl::StatusOr<BatchUpdated> DeviceEditor::BatchUpdate(const std::vector<std::string>& device_ids,
                                                       const DeviceChange& change,
                                                       std::string_view request_id) {
  if (device_ids.size() > kMaxBatch) {
    return absl::InvalidArgumentError(fmt::format("device ids: expected at most {}", kMaxBatch));
  }
  MARQUEE_RETURN_IF_ERROR(Validate(change));
  const std::set<std::string> ids(device_ids.begin(), device_ids.end());
  std::vector<Device> updated;
  BatchUpdated result;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Write([&](StoreTransaction& store) -> absl::Status {
    updated.clear();
    result.missing_ids.clear();
    const absl::Time now = deps_.clock.Now();
    MARQUEE_ASSIGN_OR_RETURN(const bool repeat, IsRepeat(store, "BatchUpdateDevices", request_id));
    MARQUEE_RETURN_IF_ERROR(CheckReferences(store, change));
    for (const std::string& id : ids) {
      MARQUEE_ASSIGN_OR_RETURN(auto device, store.FindDevice(id));
      if (!device) {
        result.missing_ids.push_back(id);
        continue;
      }
      if (!repeat) {
        Apply(change, *device);
        MARQUEE_RETURN_IF_ERROR(PutChanged(store, *device, now));
      }
      updated.push_back(std::move(*device));
    }
    return repeat ? absl::OkStatus() : Remember(store, "BatchUpdateDevices", request_id, "", now);
  }));
  for (Device& device : updated) {
    deps_.bus.Publish(BusTopic::kDeviceChanged, device.id);
    result.devices.push_back(Seen(std::move(device)));
  }
  return result;
}

bool DeviceEditor::IsConnected(const Device& target, const std::vector<Device>& sources) const {
  const Presence presence = deps_.presence.Of(target);
  if (presence == Presence::kLive) return true;
  // Seen a moment ago, possibly under an identity that the display has lost since.
  return presence == Presence::kOnline && !deps_.presence.HasLeft(target.id) &&
         std::ranges::none_of(sources, [&](const Device& source) {
           return deps_.presence.Of(source) == Presence::kLive;
         });
}

absl::StatusOr<Merged> DeviceEditor::Merge(std::string_view target_id,
                                           const std::vector<std::string>& source_ids,
                                           std::string_view request_id) {
  const std::set<std::string> ids(source_ids.begin(), source_ids.end());
  if (ids.empty()) return absl::InvalidArgumentError("source_ids: expected at least one");
  if (ids.size() > kMaxBatch) {
    return absl::InvalidArgumentError(fmt::format("device ids: expected at most {}", kMaxBatch));
  }
  if (ids.contains(std::string(target_id))) {
    return absl::InvalidArgumentError("source_ids: must not contain the target");
  }
  Device target;
  bool target_is_connected = false;
  std::vector<std::string> gone;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Write([&](StoreTransaction& store) -> absl::Status {
    gone.clear();
    MARQUEE_ASSIGN_OR_RETURN(auto device, store.FindDevice(target_id));
    if (!device) return NoSuchDevice(target_id);
    target = std::move(*device);
    MARQUEE_ASSIGN_OR_RETURN(const bool repeat, IsRepeat(store, "MergeDevices", request_id));
    if (repeat) return absl::OkStatus();
    deps_.presence.Overlay(target);
    std::vector<Device> sources;
    for (const std::string& id : ids) {
      MARQUEE_ASSIGN_OR_RETURN(auto source, store.FindDevice(id));
      if (!source) continue;
      deps_.presence.Overlay(*source);
      gone.push_back(id);
      sources.push_back(std::move(*source));
    }
    target_is_connected = IsConnected(target, sources);
    const absl::Time now = deps_.clock.Now();
    for (const Device& source : sources) {
      MARQUEE_RETURN_IF_ERROR(
          AddFormerDevice(store, {.id = source.id,
                                  .gone_at = now,
                                  .successor_id = target_is_connected ? "" : target.id,
                                  .secret_hash = target_is_connected ? "" : source.secret_hash}));
      MARQUEE_RETURN_IF_ERROR(store.DeleteDevice(source.id).status());
    }
    target = MergeDevices(std::move(target), sources);
    MARQUEE_RETURN_IF_ERROR(Remember(store, "MergeDevices", request_id, target_id, now));
    return PutChanged(store, target, now);
  }));
  Merged result{.device = {},
                .merged = static_cast<int>(gone.size()),
                .displays_continue = !target_is_connected,
                .sockets = {}};
  for (const std::string& id : gone) {
    if (const auto socket = deps_.presence.Forget(id)) result.sockets.emplace_back(id, *socket);
    deps_.bus.Publish(BusTopic::kDeviceChanged, id);
  }
  deps_.bus.Publish(BusTopic::kDeviceChanged, target_id);
  deps_.logger.Info("devices merged", {{"device", target_id}, {"merged", result.merged}});
  result.device = Seen(std::move(target));
  return result;
}

}  // namespace marquee::devices
