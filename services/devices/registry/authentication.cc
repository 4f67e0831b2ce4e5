// Registry: authentication and heartbeats.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "libs/base/status.h"
#include "libs/rpc/error_info.h"
#include "services/devices/model/ids.h"
#include "services/devices/registry/errors.h"
#include "services/devices/registry/registry.h"
#include "services/devices/registry/secrets.h"
#include "services/devices/store/json_column.h"

namespace marquee::devices {
namespace {

absl::Status Unauthenticated(std::string_view reason, const std::string& message) {
  return rpc::WithReason(absl::UnauthenticatedError(message), reason);
}

// Ends the grace period of the previous secret once the new one is used. True: `device` changed.
bool EndGrace(Device& device, std::string_view secret, absl::Time now) {
  if (device.previous_secret_hash.empty()) return false;
  if (MatchSecret(device, secret, now) != SecretMatch::kCurrent) return false;
  device.previous_secret_hash.clear();
  device.previous_secret_until = absl::InfinitePast();
  return true;
}

// Whether a heartbeat with this identity may change the device.
bool DiffersFrom(const Device& device, const Identity& identity) {
  return (!identity.hardware_id.empty() && identity.hardware_id != device.hardware_id) ||
         (!identity.cookie_id.empty() && identity.cookie_id != device.cookie_id);
}

// Applies the ids that a heartbeat may change; see Registry::Heartbeat. True: `device` changed.
absl::StatusOr<bool> Bind(StoreView& store, Device& device, const Identity& identity) {
  bool changed = false;
  if (!identity.cookie_id.empty() && identity.cookie_id != device.cookie_id) {
    device.cookie_id = identity.cookie_id;
    changed = true;
  }
  const std::string& hardware_id = identity.hardware_id;
  if (hardware_id.empty() || device.hardware_id == hardware_id) return changed;
  if (!device.hardware_id.empty()) {
    MARQUEE_ASSIGN_OR_RETURN(const auto others, store.DevicesWithHardwareId(hardware_id));
    if (!others.empty()) return changed;
  }
  device.hardware_id = hardware_id;
  return true;
}

absl::StatusOr<std::vector<Device>> SimilarDevices(StoreView& store, const Identity& identity) {
  std::vector<Device> found;
  if (!identity.hardware_id.empty()) {
    MARQUEE_ASSIGN_OR_RETURN(const auto devices, store.DevicesWithHardwareId(identity.hardware_id));
    // Devices with the same installation id first.
    for (const bool same : {true, false}) {
      std::ranges::copy_if(devices, std::back_inserter(found), [&](const Device& device) {
        return (device.install_id == identity.install_id) == same;
      });
    }
  }
  if (!identity.install_id.empty()) {
    MARQUEE_ASSIGN_OR_RETURN(auto devices, store.DevicesWithInstallId(identity.install_id));
    std::ranges::move(devices, std::back_inserter(found));
  }
  return found;
}

}  // namespace

absl::Status Registry::Unknown(const Credentials& credentials, const Identity& identity,
                               const Caller& caller, bool has_record) const {
  if (UnknownDisplays::CanBeListed(credentials.device_id, credentials.secret)) {
    const int64_t serial = identity_.SerialOf(credentials.device_id, credentials.secret);
    unknown_.Note({.device_id = credentials.device_id,
                   .secret_hash = HashOf(credentials.secret),
                   .secret_serial = serial,
                   .identity = identity,
                   .address = caller.address,
                   .issued_here = serial > 0,
                   .has_record = has_record});
  }
  return rpc::WithReason(
      absl::UnavailableError("this store cannot verify the display; it is listed as an unknown "
                             "display, to be adopted or rejected"),
      "UNKNOWN_DEVICE", {{"store_id", identity_.id()}});
}

absl::StatusOr<Registry::Verification> Registry::Verify(StoreView& store,
                                                        const Credentials& credentials,
                                                        const Identity& identity,
                                                        const Caller& caller) const {
  const absl::Time now = clock_.Now();
  MARQUEE_ASSIGN_OR_RETURN(auto device, store.FindDevice(credentials.device_id));
  if (device) {
    if (MatchSecret(*device, credentials.secret, now) != SecretMatch::kNone) {
      return Verification{.device = std::move(device), .refusal = {}};
    }
    if (!identity_.IsCertainlyWrong(*device, credentials.secret)) {
      return Verification{.device = {}, .refusal = Unknown(credentials, identity, caller, true)};
    }
    return Verification{
        .device = {},
        .refusal = Unauthenticated("INVALID_SECRET",
                                   fmt::format("device {}: the secret is wrong", device->id))};
  }
  MARQUEE_ASSIGN_OR_RETURN(const auto former, store.FindFormerDevice(credentials.device_id));
  if (former && former->successor_id.empty()) {
    return Verification{.device = {},
                        .refusal = Unauthenticated("DEVICE_NOT_FOUND", "this device was deleted")};
  }
  if (former && SameHash(HashOf(credentials.secret), former->secret_hash)) {
    MARQUEE_ASSIGN_OR_RETURN(device, store.FindDevice(former->successor_id));
    if (device) return Verification{.device = std::move(device), .refusal = {}};
  }
  return Verification{.device = {}, .refusal = Unknown(credentials, identity, caller, false)};
}

absl::StatusOr<Device> Registry::Authenticate(const Credentials& credentials,
                                              const Identity& identity, const Caller& caller) {
  if (credentials.device_id.empty() || credentials.secret.empty()) {
    return Unauthenticated("MISSING_CREDENTIALS", "a device id and a secret are required");
  }
  Verification judged;
  MARQUEE_RETURN_IF_ERROR(store_.Read([&](StoreView& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(judged, Verify(store, credentials, identity, caller));
    return absl::OkStatus();
  }));
  if (!judged.device) return judged.refusal;
  const absl::Time now = clock_.Now();
  Device& device = *judged.device;
  if (EndGrace(device, credentials.secret, now)) {
    MARQUEE_RETURN_IF_ERROR(
        Update(device.id, [&](Device& stored, StoreTransaction&) -> absl::StatusOr<bool> {
          return EndGrace(stored, credentials.secret, now);
        }));
  }
  return std::move(device);
}

absl::StatusOr<Checked> Registry::Check(const Credentials& credentials, const Identity& identity,
                                        const Caller& caller) {
  if (credentials.device_id.empty() && identity.hardware_id.empty() &&
      identity.install_id.empty()) {
    return rpc::WithReason(
        absl::InvalidArgumentError("no device id, hardware id or install id was given"),
        "MISSING_DEVICE_IDENTIFIER");
  }
  const bool open = caller.policy == RegistrationPolicy::kOpen;
  Checked checked;
  absl::Status refusal;
  MARQUEE_RETURN_IF_ERROR(store_.Read([&](StoreView& store) -> absl::Status {
    checked = {};
    refusal = {};
    if (!credentials.device_id.empty()) {
      if (!credentials.secret.empty()) {
        MARQUEE_ASSIGN_OR_RETURN(const Verification judged,
                                 Verify(store, credentials, identity, caller));
        if (judged.device) {
          checked = {.outcome = CheckOutcome::kValid, .device_id = judged.device->id};
          return absl::OkStatus();
        }
        refusal = judged.refusal;
      } else {
        MARQUEE_ASSIGN_OR_RETURN(const auto device, store.FindDevice(credentials.device_id));
        MARQUEE_ASSIGN_OR_RETURN(const auto former, store.FindFormerDevice(credentials.device_id));
        if (device && open) {
          checked = {.outcome = CheckOutcome::kSecretRequired, .device_id = device->id};
          return absl::OkStatus();
        }
        if (former && former->successor_id.empty() && open) return absl::OkStatus();  // kNotFound
        // For an id that the registry may have issued, kNotFound would make the display delete it.
        if (IsUuid(credentials.device_id)) refusal = Unknown(credentials, identity, caller, false);
      }
    }
    if (rpc::ReasonOf(refusal) == "INVALID_SECRET" ||
        rpc::ReasonOf(refusal) == "DEVICE_NOT_FOUND") {
      return absl::OkStatus();
    }
    MARQUEE_ASSIGN_OR_RETURN(const auto resembling, SimilarDevices(store, identity));
    for (const Device& device : resembling) {
      if (credentials.secret.empty() ||
          MatchSecret(device, credentials.secret, clock_.Now()) == SecretMatch::kNone) {
        continue;
      }
      checked = {.outcome = CheckOutcome::kValid, .device_id = device.id};
      refusal = {};
      return absl::OkStatus();
    }
    if (!credentials.secret.empty() && refusal.ok()) {
      refusal = Unknown(credentials, identity, caller, false);
    }
    if (refusal.ok() && open && !resembling.empty()) {
      checked.outcome = CheckOutcome::kSecretRequired;
    }
    return absl::OkStatus();
  }));
  if (rpc::ReasonOf(refusal) == "INVALID_SECRET") {
    return Checked{.outcome = CheckOutcome::kInvalidSecret, .device_id = credentials.device_id};
  }
  if (rpc::ReasonOf(refusal) == "DEVICE_NOT_FOUND") return Checked{};
  if (!refusal.ok()) return refusal;
  if (checked.outcome == CheckOutcome::kValid) presence_.Seen(checked.device_id, caller.address);
  return checked;
}

template <class Change>
absl::Status Registry::Update(std::string_view device_id, Change change) {
  return store_.Write([&](StoreTransaction& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(auto device, store.FindDevice(device_id));
    // Deleted in the meantime: the display learns it at its next heartbeat.
    if (!device) return absl::OkStatus();
    MARQUEE_ASSIGN_OR_RETURN(const bool changed, change(*device, store));
    if (!changed) return absl::OkStatus();
    ++device->revision;
    return store.PutDevice(*device);
  });
}

void Registry::RecordHeartbeat(const Device& device, const HeartbeatData& data, absl::Time at,
                               std::string_view address) {
  Device shown = device;
  presence_.Overlay(shown);
  presence_.Heartbeat(device.id, at, MergeObjects(shown.client_info, data.client_info),
                      MergeObjects(shown.current_state, data.current_state), address);
}

absl::StatusOr<HeartbeatResult> Registry::Heartbeat(const Credentials& credentials,
                                                    const HeartbeatData& data,
                                                    const Caller& caller) {
  MARQUEE_RETURN_IF_ERROR(CheckIdentity(data.identity));
  MARQUEE_RETURN_IF_ERROR(CheckLength("client info", data.client_info, kMaxStateBytes));
  MARQUEE_RETURN_IF_ERROR(CheckLength("state", data.current_state, kMaxStateBytes));
  MARQUEE_ASSIGN_OR_RETURN(const Device device, Authenticate(credentials, data.identity, caller));
  HeartbeatResult answer{.device_id = device.id, .approval_code = device.approval_code};
  bool binds = false;
  if (DiffersFrom(device, data.identity)) {
    MARQUEE_RETURN_IF_ERROR(store_.Read([&](StoreView& store) -> absl::Status {
      Device tried = device;
      MARQUEE_ASSIGN_OR_RETURN(binds, Bind(store, tried, data.identity));
      return absl::OkStatus();
    }));
  }
  bool changed = false;
  if (device.reload || binds) {
    MARQUEE_RETURN_IF_ERROR(
        Update(device.id, [&](Device& stored, StoreTransaction& store) -> absl::StatusOr<bool> {
          answer.reload = std::exchange(stored.reload, false);
          MARQUEE_ASSIGN_OR_RETURN(const bool bound, Bind(store, stored, data.identity));
          changed = bound || answer.reload;
          return changed;
        }));
  }
  if (changed) bus_.Publish(BusTopic::kDeviceChanged, device.id);
  RecordHeartbeat(device, data, clock_.Now(), caller.address);
  return answer;
}

absl::Status Registry::TakeHeartbeats(const std::vector<CollectedHeartbeat>& heartbeats) {
  std::vector<std::optional<Device>> devices;
  MARQUEE_RETURN_IF_ERROR(store_.Read([&](StoreView& store) -> absl::Status {
    devices.clear();
    for (const CollectedHeartbeat& heartbeat : heartbeats) {
      MARQUEE_ASSIGN_OR_RETURN(devices.emplace_back(), store.FindDevice(heartbeat.device_id));
    }
    return absl::OkStatus();
  }));
  for (size_t i = 0; i < heartbeats.size(); ++i) {
    const CollectedHeartbeat& heartbeat = heartbeats[i];
    if (!devices[i] || heartbeat.data.client_info.size() > kMaxStateBytes ||
        heartbeat.data.current_state.size() > kMaxStateBytes) {
      continue;
    }
    const Identity& identity = heartbeat.data.identity;
    bool changed = false;
    if (CheckIdentity(identity).ok() && DiffersFrom(*devices[i], identity)) {
      MARQUEE_RETURN_IF_ERROR(
          Update(heartbeat.device_id,
                 [&](Device& stored, StoreTransaction& store) -> absl::StatusOr<bool> {
                   MARQUEE_ASSIGN_OR_RETURN(changed, Bind(store, stored, identity));
                   return changed;
                 }));
    }
    if (changed) bus_.Publish(BusTopic::kDeviceChanged, heartbeat.device_id);
    RecordHeartbeat(*devices[i], heartbeat.data, std::min(heartbeat.received_at, clock_.Now()), {});
  }
  return absl::OkStatus();
}

}  // namespace marquee::devices
