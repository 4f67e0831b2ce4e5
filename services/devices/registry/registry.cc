#include "services/devices/registry/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "libs/rpc/error_info.h"
#include "services/devices/model/ids.h"
#include "services/devices/registry/errors.h"
#include "services/devices/registry/secrets.h"
#include "services/devices/store/json_column.h"

namespace marquee::devices {
namespace {

// A display needs a few seconds from its registration to its first heartbeat; until then the
// registration itself is its sign of life.
constexpr absl::Duration kJustRegistered = absl::Seconds(90);

// How long the repeat of a registration may come after it.
constexpr absl::Duration kRepeatWithin = absl::Minutes(10);

// Devices a write-behind transaction: long enough to share the sync, short enough to let others in.
constexpr size_t kFlushBatch = 500;

constexpr size_t kLoadBatch = 1000;

absl::Status Unauthenticated(std::string_view reason, const std::string& message) {
  return rpc::WithReason(absl::UnauthenticatedError(message), reason);
}

std::string DefaultName(absl::Time now) {
  return fmt::format("Device {}", absl::FormatTime("%Y-%m-%d", now, absl::UTCTimeZone()));
}

// What the store says about credentials, for certain.
absl::Status Prove(const std::optional<Device>& device, std::string_view secret, absl::Time now) {
  if (!device) return Unauthenticated("DEVICE_NOT_FOUND", "no device has this id");
  if (MatchSecret(*device, secret, now) == SecretMatch::kNone) {
    return Unauthenticated("INVALID_SECRET",
                           fmt::format("device {}: the secret is wrong", device->id));
  }
  return absl::OkStatus();
}

// Ends the grace of the previous secret when the new one is in use. True: something changed.
bool EndGrace(Device& device, std::string_view secret, absl::Time now) {
  if (device.previous_secret_hash.empty()) return false;
  if (MatchSecret(device, secret, now) != SecretMatch::kCurrent) return false;
  device.previous_secret_hash.clear();
  device.previous_secret_until = absl::InfinitePast();
  return true;
}

bool Bind(Device& device, const std::string& hardware_id) {
  if (hardware_id.empty() || device.hardware_id == hardware_id) return false;
  device.hardware_id = hardware_id;
  return true;
}

}  // namespace

absl::Status CheckIdentity(const Identity& identity) {
  MARQUEE_RETURN_IF_ERROR(CheckLength("install id", identity.install_id, kMaxIdentifierBytes));
  return CheckLength("hardware id", identity.hardware_id, kMaxIdentifierBytes);
}

Registry::Registry(Deps deps)
    : store_(deps.store),
      presence_(deps.presence),
      bus_(deps.bus),
      clock_(deps.clock),
      logger_(deps.logger) {
  std::vector<std::pair<Presence, obs::Gauge>> gauges;
  for (const Presence presence : {Presence::kUnknown, Presence::kOffline, Presence::kStale,
                                  Presence::kOnline, Presence::kLive}) {
    gauges.emplace_back(presence,
                        deps.metrics.gauge("marquee_devices", "Registered devices by presence",
                                           {{"presence", std::string(NameOf(presence))}}));
  }
  on_scrape_ = deps.metrics.OnScrape([&tracker = presence_, gauges] {
    const auto counts = tracker.Count();
    for (const auto& [presence, gauge] : gauges) {
      gauge.Set(static_cast<double>(counts[static_cast<size_t>(presence)]));
    }
  });
}

absl::StatusOr<std::unique_ptr<Registry>> Registry::Create(Deps deps) {
  auto registry = std::unique_ptr<Registry>(new Registry(deps));
  MARQUEE_RETURN_IF_ERROR(deps.store.Read([&](StoreView& store) -> absl::Status {
    DeviceCursor after;
    while (true) {
      MARQUEE_ASSIGN_OR_RETURN(const std::vector<Device> page,
                               store.ListDevices(after, kLoadBatch));
      for (const Device& device : page) deps.presence.Add(device.id, device.last_seen_at);
      if (page.size() < kLoadBatch) return absl::OkStatus();
      after = {absl::ToUnixMillis(page.back().created_at), page.back().id};
    }
  }));
  return registry;
}

bool Registry::IsAnotherOne(const Device& device, const Identity& identity) const {
  if (device.install_id == identity.install_id) return false;
  return presence_.CountsAsOnline(device) || clock_.Now() - device.registered_at < kJustRegistered;
}

absl::StatusOr<std::optional<Device>> Registry::FindKnown(StoreTransaction& store,
                                                          const RegisterRequest& request) const {
  const Identity& identity = request.identity;
  if (!request.request_id.empty()) {
    MARQUEE_ASSIGN_OR_RETURN(auto repeated, store.DeviceWithRegisterRequestId(request.request_id));
    // Later it is no repeat but a coincidence, or somebody who wants another's record.
    if (repeated && clock_.Now() - repeated->registered_at < kRepeatWithin) return repeated;
  }
  if (!identity.hardware_id.empty()) {
    MARQUEE_ASSIGN_OR_RETURN(const auto twins, store.DevicesWithHardwareId(identity.hardware_id));
    const auto same = std::ranges::find(twins, identity.install_id, &Device::install_id);
    if (same != twins.end()) return *same;
    const auto absent = std::ranges::find_if(
        twins, [&](const Device& twin) { return !IsAnotherOne(twin, identity); });
    if (absent != twins.end()) return *absent;
  }
  if (!identity.install_id.empty()) {
    MARQUEE_ASSIGN_OR_RETURN(const auto devices, store.DevicesWithInstallId(identity.install_id));
    if (!devices.empty()) return devices.front();
  }
  return std::optional<Device>();
}

absl::StatusOr<Registered> Registry::Register(const RegisterRequest& request) {
  MARQUEE_RETURN_IF_ERROR(CheckIdentity(request.identity));
  MARQUEE_RETURN_IF_ERROR(CheckLength("name", request.name, kMaxNameBytes));
  MARQUEE_RETURN_IF_ERROR(CheckLength("location", request.location, kMaxNameBytes));
  MARQUEE_RETURN_IF_ERROR(CheckLength("request id", request.request_id, kMaxIdentifierBytes));
  Registered result;
  result.secret = NewSecret();
  const std::string hash = HashOf(result.secret);

  MARQUEE_RETURN_IF_ERROR(store_.Write([&](StoreTransaction& store) -> absl::Status {
    const absl::Time now = clock_.Now();
    MARQUEE_ASSIGN_OR_RETURN(auto known, FindKnown(store, request));
    result.created = !known.has_value();
    Device device = known.value_or(Device());
    if (result.created) {
      device.id = NewUuid();
      device.created_at = now;
      device.secret_hash = hash;
    } else {
      Rotate(device, hash, now);
    }
    if (device.name.empty()) device.name = request.name;
    if (device.name.empty()) device.name = DefaultName(now);
    if (device.location.empty()) device.location = request.location;
    if (!request.identity.install_id.empty()) device.install_id = request.identity.install_id;
    if (!request.identity.hardware_id.empty()) device.hardware_id = request.identity.hardware_id;
    device.register_request_id = request.request_id;
    device.registered_at = now;
    device.updated_at = now;
    ++device.revision;
    MARQUEE_RETURN_IF_ERROR(store.PutDevice(device));
    result.device = std::move(device);
    return absl::OkStatus();
  }));

  presence_.Add(result.device.id, result.device.last_seen_at);
  bus_.Publish(BusTopic::kDeviceChanged, result.device.id);
  logger_.Info("device registered", {{"device", result.device.id}, {"created", result.created}});
  return result;
}

absl::StatusOr<Checked> Registry::Check(const Credentials& credentials, const Identity& identity) {
  if (credentials.device_id.empty() && identity.hardware_id.empty() &&
      identity.install_id.empty()) {
    return rpc::WithReason(
        absl::InvalidArgumentError("neither a device id nor a hardware or install id was given"),
        "MISSING_DEVICE_IDENTIFIER");
  }
  std::optional<Device> found;
  MARQUEE_RETURN_IF_ERROR(store_.Read([&](StoreView& store) -> absl::Status {
    found.reset();
    if (!credentials.device_id.empty()) {
      MARQUEE_ASSIGN_OR_RETURN(found, store.FindDevice(credentials.device_id));
    }
    if (!found && !identity.hardware_id.empty()) {
      MARQUEE_ASSIGN_OR_RETURN(const auto twins, store.DevicesWithHardwareId(identity.hardware_id));
      auto best = std::ranges::find(twins, identity.install_id, &Device::install_id);
      if (best == twins.end()) best = twins.begin();
      if (best != twins.end()) found = *best;
    }
    if (!found && !identity.install_id.empty()) {
      MARQUEE_ASSIGN_OR_RETURN(const auto devices, store.DevicesWithInstallId(identity.install_id));
      if (!devices.empty()) found = devices.front();
    }
    return absl::OkStatus();
  }));

  if (!found) return Checked{};
  Checked checked{.outcome = CheckOutcome::kValid, .device_id = found->id};
  if (credentials.secret.empty()) {
    checked.outcome = CheckOutcome::kSecretRequired;
  } else if (MatchSecret(*found, credentials.secret, clock_.Now()) == SecretMatch::kNone) {
    checked.outcome = CheckOutcome::kInvalidSecret;
  } else {
    presence_.Seen(found->id);
  }
  return checked;
}

template <class Change>
absl::Status Registry::Update(std::string_view device_id, Change change) {
  return store_.Write([&](StoreTransaction& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(auto device, store.FindDevice(device_id));
    // Deleted since it was read: the display hears of it at its next heartbeat.
    if (!device || !change(*device)) return absl::OkStatus();
    ++device->revision;
    return store.PutDevice(*device);
  });
}

absl::StatusOr<Device> Registry::Authenticate(const Credentials& credentials) {
  if (credentials.device_id.empty() || credentials.secret.empty()) {
    return Unauthenticated("MISSING_CREDENTIALS", "a device id and a secret are needed");
  }
  std::optional<Device> device;
  MARQUEE_RETURN_IF_ERROR(store_.Read([&](StoreView& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(device, store.FindDevice(credentials.device_id));
    return absl::OkStatus();
  }));
  const absl::Time now = clock_.Now();
  MARQUEE_RETURN_IF_ERROR(Prove(device, credentials.secret, now));
  if (EndGrace(*device, credentials.secret, now)) {
    MARQUEE_RETURN_IF_ERROR(Update(
        device->id, [&](Device& stored) { return EndGrace(stored, credentials.secret, now); }));
  }
  return std::move(*device);
}

void Registry::Hear(const Device& device, const HeartbeatNews& news, absl::Time at) {
  Device shown = device;
  presence_.Overlay(shown);
  presence_.Heard(device.id, at, MergeObjects(shown.client_info, news.client_info),
                  MergeObjects(shown.current_state, news.current_state));
}

absl::StatusOr<HeartbeatAnswer> Registry::Heartbeat(const Credentials& credentials,
                                                    const HeartbeatNews& news) {
  MARQUEE_RETURN_IF_ERROR(CheckIdentity(news.identity));
  MARQUEE_RETURN_IF_ERROR(CheckLength("client info", news.client_info, kMaxStateBytes));
  MARQUEE_RETURN_IF_ERROR(CheckLength("state", news.current_state, kMaxStateBytes));
  MARQUEE_ASSIGN_OR_RETURN(Device device, Authenticate(credentials));
  HeartbeatAnswer answer;
  if (device.reload || Bind(device, news.identity.hardware_id)) {
    MARQUEE_RETURN_IF_ERROR(Update(device.id, [&](Device& stored) {
      answer.reload = std::exchange(stored.reload, false);
      const bool bound = Bind(stored, news.identity.hardware_id);
      return bound || answer.reload;
    }));
    bus_.Publish(BusTopic::kDeviceChanged, device.id);
  }
  Hear(device, news, clock_.Now());
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
    if (!devices[i] || heartbeat.news.client_info.size() > kMaxStateBytes ||
        heartbeat.news.current_state.size() > kMaxStateBytes) {
      continue;
    }
    const std::string& hardware_id = heartbeat.news.identity.hardware_id;
    if (hardware_id.size() <= kMaxIdentifierBytes && Bind(*devices[i], hardware_id)) {
      MARQUEE_RETURN_IF_ERROR(
          Update(heartbeat.device_id, [&](Device& stored) { return Bind(stored, hardware_id); }));
      bus_.Publish(BusTopic::kDeviceChanged, heartbeat.device_id);
    }
    Hear(*devices[i], heartbeat.news, std::min(heartbeat.received_at, clock_.Now()));
  }
  return absl::OkStatus();
}

absl::StatusOr<SeenDevice> Registry::Get(std::string_view device_id) {
  std::optional<Device> device;
  MARQUEE_RETURN_IF_ERROR(store_.Read([&](StoreView& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(device, store.FindDevice(device_id));
    return absl::OkStatus();
  }));
  if (!device) return NoSuchDevice(device_id);
  presence_.Overlay(*device);
  const Presence presence = presence_.Of(*device);
  return SeenDevice{.device = std::move(*device), .presence = presence};
}

absl::StatusOr<DevicePage> Registry::List(const DeviceCursor& after, size_t limit) {
  std::vector<Device> devices;
  MARQUEE_RETURN_IF_ERROR(store_.Read([&](StoreView& store) -> absl::Status {
    // One more than asked for tells whether there is a next page.
    MARQUEE_ASSIGN_OR_RETURN(devices, store.ListDevices(after, limit + 1));
    return absl::OkStatus();
  }));
  DevicePage page;
  const bool more = devices.size() > limit;
  if (more) devices.resize(limit);
  if (more && !devices.empty()) {
    page.next = {absl::ToUnixMillis(devices.back().created_at), devices.back().id};
  }
  for (Device& device : devices) {
    presence_.Overlay(device);
    const Presence presence = presence_.Of(device);
    page.devices.push_back({.device = std::move(device), .presence = presence});
  }
  return page;
}

absl::StatusOr<std::vector<std::string>> Registry::Existing(
    const std::vector<std::string>& device_ids) {
  std::vector<std::string> existing;
  MARQUEE_RETURN_IF_ERROR(store_.Read([&](StoreView& store) -> absl::Status {
    existing.clear();
    for (const std::string& device_id : device_ids) {
      MARQUEE_ASSIGN_OR_RETURN(const auto device, store.FindDevice(device_id));
      if (device) existing.push_back(device_id);
    }
    return absl::OkStatus();
  }));
  return existing;
}

absl::StatusOr<std::optional<Socket>> Registry::Delete(std::string_view device_id,
                                                       std::optional<int64_t> revision) {
  MARQUEE_RETURN_IF_ERROR(store_.Write([&](StoreTransaction& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(const auto device, store.FindDevice(device_id));
    if (!device) return NoSuchDevice(device_id);
    if (revision && *revision != device->revision) {
      return ChangedByAnother("device", device_id, device->revision);
    }
    return store.DeleteDevice(device_id).status();
  }));
  logger_.Info("device deleted", {{"device", device_id}});
  const std::optional<Socket> socket = presence_.Forget(device_id);
  bus_.Publish(BusTopic::kDeviceChanged, device_id);
  return socket;
}

absl::Status Registry::FlushPresence() {
  // Counted beforehand: what is heard meanwhile waits for the next time.
  for (size_t left = presence_.unwritten(); left > 0;) {
    const auto unwritten = presence_.TakeUnwritten(std::min(left, kFlushBatch));
    if (unwritten.empty()) break;
    left -= unwritten.size();
    std::vector<bool> exists;
    const absl::Status written = store_.Write([&](StoreTransaction& store) -> absl::Status {
      exists.clear();
      for (const auto& heard : unwritten) {
        MARQUEE_ASSIGN_OR_RETURN(const auto device, store.FindDevice(heard.device_id));
        exists.push_back(device.has_value());
        if (!device) continue;
        MARQUEE_RETURN_IF_ERROR(
            store
                .TouchDevice(device->id, std::max(device->last_seen_at, heard.last_seen_at),
                             heard.client_info.value_or(device->client_info),
                             heard.current_state.value_or(device->current_state))
                .status());
      }
      return absl::OkStatus();
    });
    for (size_t i = 0; i < unwritten.size(); ++i) {
      presence_.Written(unwritten[i], written.ok());
      // Heard of just after it was deleted.
      if (written.ok() && !exists[i]) presence_.Forget(unwritten[i].device_id);
    }
    if (written.ok() == flush_failing_) {
      flush_failing_ = !written.ok();
      if (flush_failing_) {
        logger_.Error("heartbeats cannot be written and are kept in memory",
                      {{"error", base::MessageOf(written)}});
      } else {
        logger_.Info("heartbeats are written again");
      }
    }
    MARQUEE_RETURN_IF_ERROR(written);
  }
  return absl::OkStatus();
}

}  // namespace marquee::devices
