#include "services/devices/registry/registry.h"

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "services/devices/registry/errors.h"
#include "services/devices/registry/former_devices.h"

namespace marquee::devices {
namespace {

// Devices per write-behind transaction: large enough to share the sync, small enough not to delay
// other writes.
constexpr size_t kFlushBatch = 500;

constexpr size_t kLoadBatch = 1000;

}  // namespace

absl::Status CheckIdentity(const Identity& identity) {
  MARQUEE_RETURN_IF_ERROR(CheckLength("install id", identity.install_id, kMaxIdentifierBytes));
  MARQUEE_RETURN_IF_ERROR(CheckLength("hardware id", identity.hardware_id, kMaxIdentifierBytes));
  return CheckLength("cookie id", identity.cookie_id, kMaxIdentifierBytes);
}

Registry::Registry(Deps deps)
    : store_(deps.store),
      presence_(deps.presence),
      bus_(deps.bus),
      clock_(deps.clock),
      logger_(deps.logger),
      identity_(deps.identity),
      unknown_(deps.unknown),
      max_awaiting_approval_(deps.max_awaiting_approval) {
  std::vector<std::pair<Presence, obs::Gauge>> gauges;
  for (const Presence presence : {Presence::kUnknown, Presence::kOffline, Presence::kStale,
                                  Presence::kOnline, Presence::kLive}) {
    gauges.emplace_back(presence,
                        deps.metrics.gauge("marquee_devices", "Registered devices by presence.",
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
      for (const Device& device : page) deps.presence.Load(device.id, device.last_seen_at);
      if (page.size() < kLoadBatch) return absl::OkStatus();
      after = {absl::ToUnixMillis(page.back().created_at), page.back().id};
    }
  }));
  return registry;
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
    // One more than requested, to find out whether there is a next page.
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

absl::StatusOr<std::vector<Registry::Existence>> Registry::Existing(
    const std::vector<std::string>& device_ids) {
  std::vector<Existence> existing;
  MARQUEE_RETURN_IF_ERROR(store_.Read([&](StoreView& store) -> absl::Status {
    existing.clear();
    for (const std::string& device_id : device_ids) {
      MARQUEE_ASSIGN_OR_RETURN(const auto device, store.FindDevice(device_id));
      if (device) {
        existing.push_back(Existence::kExists);
        continue;
      }
      MARQUEE_ASSIGN_OR_RETURN(const auto former, store.FindFormerDevice(device_id));
      // A merged device has a successor, under which its display reconnects.
      const bool gone = former && former->successor_id.empty();
      existing.push_back(gone ? Existence::kGone : Existence::kUnknown);
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
    MARQUEE_RETURN_IF_ERROR(
        AddFormerDevice(store, {.id = std::string(device_id), .gone_at = clock_.Now()}));
    MARQUEE_ASSIGN_OR_RETURN(auto similar, store.DevicesWithHardwareId(device->hardware_id));
    for (Device& other : similar) {
      if (other.perhaps_same_as != device_id) continue;
      other.perhaps_same_as.clear();
      MARQUEE_RETURN_IF_ERROR(store.PutDevice(other));
    }
    return store.DeleteDevice(device_id).status();
  }));
  logger_.Info("device deleted", {{"device", device_id}});
  const std::optional<Socket> socket = presence_.Forget(device_id);
  bus_.Publish(BusTopic::kDeviceChanged, device_id);
  return socket;
}

absl::Status Registry::FlushPresence() {
  // Counted before the loop: data received in the meantime wait for the next flush.
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
        if (!heard.address) continue;
        MARQUEE_RETURN_IF_ERROR(store.NoteAddress(
            {.device_id = device->id, .address = *heard.address, .seen_at = heard.last_seen_at},
            kAddressesOfDevice));
      }
      return absl::OkStatus();
    });
    for (size_t i = 0; i < unwritten.size(); ++i) {
      presence_.Written(unwritten[i], written.ok());
      // A heartbeat arrived just after the deletion.
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
