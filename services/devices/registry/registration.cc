// Registry: finds the device of a display that registers.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "libs/rpc/error_info.h"
#include "services/devices/model/ids.h"
#include "services/devices/registry/approval.h"
#include "services/devices/registry/errors.h"
#include "services/devices/registry/registry.h"
#include "services/devices/registry/secrets.h"

namespace marquee::devices {
namespace {

// The time from a registration to the first heartbeat is some seconds; until then the registration
// itself counts as activity.
constexpr absl::Duration kJustRegistered = absl::Seconds(90);

// A repeated request id is accepted for this time.
constexpr absl::Duration kRepeatWithin = absl::Minutes(10);

// A device that is seen this long after one marked with it was created has a display of its own.
// Longer than a gateway takes to find that a connection is lost (a ping per 30 s, 10 s to answer).
constexpr absl::Duration kBothInUseAfter = absl::Minutes(2);

// How long the last address of a device is considered.
constexpr absl::Duration kAddressCountsFor = absl::Hours(24);

std::string DefaultName(absl::Time now) {
  return fmt::format("Device {}", absl::FormatTime("%Y-%m-%d", now, absl::UTCTimeZone()));
}

}  // namespace

// Connected: it has a socket or sent a heartbeat a moment ago, or presence is unknown after a
// start.
bool Registry::IsConnected(const Device& device) const { return presence_.CountsAsOnline(device); }

absl::StatusOr<bool> Registry::MayRecover(StoreTransaction& store, const Device& device,
                                          const Caller& caller) const {
  if (IsConnected(device)) return false;
  if (device.install_id.empty() || caller.address.empty()) return true;
  MARQUEE_ASSIGN_OR_RETURN(
      const auto addresses,
      store.AddressesOfInstallation(device.install_id, clock_.Now() - kAddressCountsFor));
  return std::ranges::all_of(
      addresses, [&](const DeviceAddress& seen) { return seen.address == caller.address; });
}

absl::StatusOr<bool> Registry::HasJustLeft(StoreTransaction& store,
                                           const std::vector<Device>& similar,
                                           const Caller& caller) const {
  if (similar.size() != 1 || caller.address.empty() || !presence_.HasLeft(similar[0].id))
    return false;
  MARQUEE_ASSIGN_OR_RETURN(
      const auto at_address,
      store.DevicesAtAddress(caller.address, clock_.Now() - kAddressCountsFor));
  return at_address.size() == 1 && at_address[0].device_id == similar[0].id;
}

// The device to mark the new one with: one whose display is not connected, preferably one whose
// page was just left, and that no other device is marked with.
std::string Registry::SimilarDevice(const std::vector<Device>& candidates) const {
  std::string best;
  for (const Device& candidate : candidates) {
    Device seen = candidate;
    presence_.Overlay(seen);
    const bool marked = std::ranges::any_of(candidates, [&](const Device& other) {
      // Both have been in use since: they are two displays.
      return other.perhaps_same_as == candidate.id &&
             seen.last_seen_at <= other.created_at + kBothInUseAfter;
    });
    if (marked || presence_.SocketOf(candidate.id)) continue;
    if (presence_.HasLeft(candidate.id)) return candidate.id;
    // Identical displays that start together have no socket yet.
    if (clock_.Now() - candidate.registered_at < kJustRegistered) continue;
    if (best.empty() && !IsConnected(candidate)) best = candidate.id;
  }
  return best;
}

absl::StatusOr<Registry::Match> Registry::FindRecoverable(StoreTransaction& store,
                                                          const RegisterRequest& request) const {
  const Identity& identity = request.identity;
  const bool open = request.caller.policy == RegistrationPolicy::kOpen;
  if (!request.request_id.empty() && open) {
    MARQUEE_ASSIGN_OR_RETURN(auto repeated, store.DeviceWithRegisterRequestId(request.request_id));
    // A later request with the same id is a coincidence or an attempt to take over a device.
    if (repeated && clock_.Now() - repeated->registered_at < kRepeatWithin &&
        !IsConnected(*repeated)) {
      return Match{.device = std::move(repeated), .resembles = {}};
    }
  }
  std::vector<Device> similar;
  if (!identity.hardware_id.empty()) {
    MARQUEE_ASSIGN_OR_RETURN(similar, store.DevicesWithHardwareId(identity.hardware_id));
  }
  std::vector<Device> of_installation;
  if (!identity.install_id.empty()) {
    MARQUEE_ASSIGN_OR_RETURN(of_installation, store.DevicesWithInstallId(identity.install_id));
  }
  if (open) {
    // Strongest match first: both ids, the hardware id of a disconnected display, the installation
    // id.
    std::vector<const Device*> candidates;
    // Two displays without an installation id share only their model.
    const auto same_installation = [&](const Device& match) {
      return !identity.install_id.empty() && match.install_id == identity.install_id;
    };
    for (const Device& match : similar) {
      if (same_installation(match)) candidates.push_back(&match);
    }
    for (const Device& match : similar) {
      const bool just_registered = clock_.Now() - match.registered_at < kJustRegistered;
      if (!same_installation(match) && !just_registered) candidates.push_back(&match);
    }
    for (const Device& device : of_installation) candidates.push_back(&device);
    for (const Device* candidate : candidates) {
      MARQUEE_ASSIGN_OR_RETURN(const bool may, MayRecover(store, *candidate, request.caller));
      if (may) return Match{.device = *candidate, .resembles = {}};
    }
    MARQUEE_ASSIGN_OR_RETURN(const bool left, HasJustLeft(store, similar, request.caller));
    if (left) return Match{.device = std::move(similar[0]), .resembles = {}};
  }
  std::string resembles = SimilarDevice(similar);
  if (resembles.empty()) resembles = SimilarDevice(of_installation);
  return Match{.device = {}, .resembles = std::move(resembles)};
}

absl::StatusOr<Registry::Match> Registry::FindKnown(StoreTransaction& store,
                                                    const RegisterRequest& request) const {
  if (!request.proof.device_id.empty() && !request.proof.secret.empty()) {
    MARQUEE_ASSIGN_OR_RETURN(auto device, store.FindDevice(request.proof.device_id));
    if (device && MatchSecret(*device, request.proof.secret, clock_.Now()) != SecretMatch::kNone) {
      return Match{.device = std::move(device), .resembles = {}};
    }
  }
  if (request.caller.policy == RegistrationPolicy::kClosed) {
    return rpc::WithReason(
        absl::PermissionDeniedError("registration is closed; pair the display with a code from the "
                                    "control room, or set `registration` to approve or open"),
        "REGISTRATION_CLOSED");
  }
  return FindRecoverable(store, request);
}

absl::Status Registry::MakeRoomForApproval(StoreTransaction& store,
                                           std::vector<std::string>& dropped) const {
  MARQUEE_ASSIGN_OR_RETURN(const auto waiting, store.DevicesAwaitingApproval());
  if (waiting.size() < max_awaiting_approval_) return absl::OkStatus();
  // Presence knows more recent activity than the store.
  const Device* oldest = nullptr;
  absl::Time oldest_sign;
  for (const Device& device : waiting) {
    if (IsConnected(device) || clock_.Now() - device.registered_at < kJustRegistered) continue;
    Device shown = device;
    presence_.Overlay(shown);
    const absl::Time sign = std::max(shown.last_seen_at, shown.registered_at);
    if (oldest != nullptr && sign >= oldest_sign) continue;
    oldest = &device;
    oldest_sign = sign;
  }
  if (oldest == nullptr) {
    return rpc::WithRetryAfter(
        absl::ResourceExhaustedError(fmt::format(
            "the limit of {} displays waiting for approval is reached; approve or delete some",
            waiting.size())),
        absl::Minutes(1));
  }
  dropped.push_back(oldest->id);
  return store.DeleteDevice(oldest->id).status();
}

absl::StatusOr<Registered> Registry::Register(const RegisterRequest& request) {
  MARQUEE_RETURN_IF_ERROR(CheckIdentity(request.identity));
  MARQUEE_RETURN_IF_ERROR(CheckLength("name", request.name, kMaxNameBytes));
  MARQUEE_RETURN_IF_ERROR(CheckLength("location", request.location, kMaxNameBytes));
  MARQUEE_RETURN_IF_ERROR(CheckLength("request id", request.request_id, kMaxIdentifierBytes));
  Registered result;
  std::vector<std::string> dropped;

  MARQUEE_RETURN_IF_ERROR(store_.Write([&](StoreTransaction& store) -> absl::Status {
    dropped.clear();
    const absl::Time now = clock_.Now();
    MARQUEE_ASSIGN_OR_RETURN(Match match, FindKnown(store, request));
    result.created = !match.device.has_value();
    Device device = std::move(match.device).value_or(Device());
    if (result.created) {
      device.id = NewUuid();
      device.created_at = now;
      device.perhaps_same_as = match.resembles;
      if (request.caller.policy == RegistrationPolicy::kApprove) {
        MARQUEE_RETURN_IF_ERROR(MakeRoomForApproval(store, dropped));
        MARQUEE_ASSIGN_OR_RETURN(device.approval_code, UnusedApprovalCode(store));
      }
    }
    if (device.name.empty()) device.name = request.name;
    if (device.name.empty()) device.name = DefaultName(now);
    if (device.location.empty()) device.location = request.location;
    if (!request.identity.install_id.empty()) device.install_id = request.identity.install_id;
    if (!request.identity.hardware_id.empty()) device.hardware_id = request.identity.hardware_id;
    if (!request.identity.cookie_id.empty()) device.cookie_id = request.identity.cookie_id;
    device.register_request_id = request.request_id;
    device.registered_at = now;
    device.updated_at = now;
    result.secret = identity_.IssueTo(device, now);
    MARQUEE_RETURN_IF_ERROR(store.PutDevice(device));
    if (!request.caller.address.empty()) {
      MARQUEE_RETURN_IF_ERROR(store.NoteAddress(
          {.device_id = device.id, .address = request.caller.address, .seen_at = now},
          kAddressesOfDevice));
    }
    result.device = std::move(device);
    return absl::OkStatus();
  }));

  for (const std::string& id : dropped) {
    presence_.Forget(id);
    bus_.Publish(BusTopic::kDeviceChanged, id);
    logger_.Info("the oldest display waiting for approval was dropped: the limit is reached",
                 {{"device", id}});
  }
  presence_.Add(result.device.id, result.device.last_seen_at);
  bus_.Publish(BusTopic::kDeviceChanged, result.device.id);
  logger_.Info("device registered", {{"device", result.device.id},
                                     {"created", result.created},
                                     {"awaits_approval", !result.device.approval_code.empty()}});
  return result;
}

}  // namespace marquee::devices
