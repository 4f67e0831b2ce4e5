#include "services/devices/settings/effective_settings_cache.h"

#include <algorithm>
#include <set>
#include <utility>

#include "libs/base/status.h"

namespace marquee::devices {
namespace {

constexpr size_t kLoadBatch = 1000;

// All inputs of a body except the sources. Devices with equal inputs have equal settings.
std::string InputsOf(const Device& device) {
  std::string makings;
  for (const std::string& group : device.groups) makings += group + '\n';
  return makings + '\0' + device.profile_id + '\0' + device.settings_override;
}

template <class Map>
void DropUnused(Map& map) {
  std::erase_if(map, [](const auto& entry) { return entry.second.expired(); });
}

}  // namespace

EffectiveSettingsCache::EffectiveSettingsCache(Deps deps)
    : deps_(std::move(deps)),
      seconds_(deps_.metrics.histogram("marquee_settings_seconds",
                                       "Time to compute effective settings.")),
      // Also larger after each start.
      generation_(absl::ToUnixMillis(deps_.clock.Now())) {
  const obs::Gauge bodies =
      deps_.metrics.gauge("marquee_settings_bodies", "Number of distinct effective settings.");
  on_scrape_ = deps_.metrics.OnScrape([this, bodies] {
    const base::MutexLock lock(mutex_);
    DropUnused(by_hash_);
    bodies.Set(static_cast<double>(by_hash_.size()));
  });
}

absl::StatusOr<std::unique_ptr<EffectiveSettingsCache>> EffectiveSettingsCache::Create(Deps deps) {
  auto settings_cache =
      std::unique_ptr<EffectiveSettingsCache>(new EffectiveSettingsCache(std::move(deps)));
  MARQUEE_RETURN_IF_ERROR(settings_cache->RefreshAll());
  EffectiveSettingsCache* const raw = settings_cache.get();
  raw->on_settings_ = raw->deps_.bus.Subscribe(
      BusTopic::kSettingsChanged, [raw](std::string_view) { raw->Report(raw->RefreshAll()); });
  raw->on_device_ = raw->deps_.bus.Subscribe(
      BusTopic::kDeviceChanged, [raw](std::string_view id) { raw->Report(raw->Refresh(id)); });
  return settings_cache;
}

SettingsBodyPtr EffectiveSettingsCache::BodyOf(const Device& device) {
  auto& by_makings = by_inputs_[InputsOf(device)];
  if (SettingsBodyPtr known = by_makings.lock()) return known;
  SettingsBody body;
  body.object = EffectiveSettings(sources_, device);
  body.json = CanonicalJson(body.object);
  body.hash = ContentHash(body.json);
  body.mode = DisplayMode(body.object);
  auto& by_hash = by_hash_[body.hash];
  SettingsBodyPtr shared = by_hash.lock();
  if (shared == nullptr) {
    shared = std::make_shared<const SettingsBody>(std::move(body));
    by_hash = shared;
  }
  by_makings = shared;
  return shared;
}

void EffectiveSettingsCache::Note(const Device& device, SettingsChanges& update) {
  Entry& entry = entries_[device.id];
  SettingsChange change{.device_id = device.id,
                        .install_id = device.install_id,
                        .hardware_id = device.hardware_id,
                        .cookie_id = device.cookie_id,
                        .before = entry.body,
                        .after = BodyOf(device)};
  const bool same = change.before == change.after && entry.install_id == device.install_id &&
                    entry.hardware_id == device.hardware_id && entry.cookie_id == device.cookie_id;
  if (same) return;
  entry = {.install_id = device.install_id,
           .hardware_id = device.hardware_id,
           .cookie_id = device.cookie_id,
           .body = change.after};
  update.changes.push_back(std::move(change));
}

void EffectiveSettingsCache::Notify(SettingsChanges& update) {
  if (update.changes.empty()) return;
  update.generation = ++generation_;
  if (deps_.listener) deps_.listener(update);
}

absl::Status EffectiveSettingsCache::RefreshAll() {
  const absl::Duration began = deps_.clock.Monotonic();
  // Held while reading, so that the later of two refreshes wins.
  const base::MutexLock lock(mutex_);
  refresh_pending_ = true;
  SettingsSources sources;
  std::vector<Device> devices;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Read([&](StoreView& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(const auto display, store.FindDocument(kDisplayDocument, 0));
    sources.base = display ? ObjectOf(display->body) : boost::json::object();
    MARQUEE_ASSIGN_OR_RETURN(sources.groups, store.ListGroups());
    MARQUEE_ASSIGN_OR_RETURN(sources.profiles, store.ListProfiles());
    devices.clear();
    DeviceCursor after;
    while (true) {
      MARQUEE_ASSIGN_OR_RETURN(std::vector<Device> page, store.ListDevices(after, kLoadBatch));
      const bool last = page.size() < kLoadBatch;
      if (!page.empty()) after = {absl::ToUnixMillis(page.back().created_at), page.back().id};
      std::ranges::move(page, std::back_inserter(devices));
      if (last) return absl::OkStatus();
    }
  }));
  refresh_pending_ = false;
  sources_ = std::move(sources);
  by_inputs_.clear();  // computed from other sources

  SettingsChanges update;
  const SettingsBodyPtr before = std::exchange(unregistered_, BodyOf(Device()));
  if (before != unregistered_) {
    update.changes.push_back({.device_id = "",
                              .install_id = "",
                              .hardware_id = "",
                              .cookie_id = "",
                              .before = before,
                              .after = unregistered_});
  }
  std::set<std::string_view> present;
  for (const Device& device : devices) {
    present.insert(device.id);
    Note(device, update);
  }
  std::erase_if(entries_, [&](const auto& entry) {
    if (present.contains(entry.first)) return false;
    update.changes.push_back({.device_id = entry.first,
                              .install_id = entry.second.install_id,
                              .hardware_id = entry.second.hardware_id,
                              .cookie_id = entry.second.cookie_id,
                              .before = entry.second.body,
                              .after = nullptr});
    return true;
  });
  Notify(update);
  DropUnused(by_hash_);
  seconds_.Observe(absl::ToDoubleSeconds(deps_.clock.Monotonic() - began));
  return absl::OkStatus();
}

absl::Status EffectiveSettingsCache::Refresh(std::string_view device_id) {
  const base::MutexLock lock(mutex_);
  std::optional<Device> device;
  absl::Status read = deps_.store.Read([&](StoreView& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(device, store.FindDevice(device_id));
    return absl::OkStatus();
  });
  if (!read.ok()) {
    refresh_pending_ = true;
    return read;
  }
  SettingsChanges update;
  if (device) {
    Note(*device, update);
  } else if (const auto entry = entries_.find(device_id); entry != entries_.end()) {
    update.changes.push_back({.device_id = entry->first,
                              .install_id = entry->second.install_id,
                              .hardware_id = entry->second.hardware_id,
                              .cookie_id = entry->second.cookie_id,
                              .before = entry->second.body,
                              .after = nullptr});
    entries_.erase(entry);
  }
  Notify(update);
  // Remove entries whose body is no longer used.
  if (by_inputs_.size() > 2 * entries_.size() + kLoadBatch) DropUnused(by_inputs_);
  return absl::OkStatus();
}

void EffectiveSettingsCache::Report(const absl::Status& status) {
  if (status.ok()) return;
  deps_.logger.Warn("effective settings cannot be read; retrying",
                    {{"error", base::MessageOf(status)}});
}

void EffectiveSettingsCache::Tick() {
  {
    const base::MutexLock lock(mutex_);
    if (!refresh_pending_) return;
  }
  Report(RefreshAll());
}

SettingsBodyPtr EffectiveSettingsCache::Of(std::string_view device_id) const {
  const base::MutexLock lock(mutex_);
  const auto found = entries_.find(device_id);
  return found == entries_.end() ? unregistered_ : found->second.body;
}

int64_t EffectiveSettingsCache::generation() const {
  const base::MutexLock lock(mutex_);
  return generation_;
}

void EffectiveSettingsCache::Introduce(const Listener& introduce) const {
  const base::MutexLock lock(mutex_);
  SettingsChanges update{.generation = generation_, .changes = {}};
  update.changes.push_back({.device_id = "",
                            .install_id = "",
                            .hardware_id = "",
                            .cookie_id = "",
                            .before = nullptr,
                            .after = unregistered_});
  for (const auto& [device_id, entry] : entries_) {
    update.changes.push_back({.device_id = device_id,
                              .install_id = entry.install_id,
                              .hardware_id = entry.hardware_id,
                              .cookie_id = entry.cookie_id,
                              .before = nullptr,
                              .after = entry.body});
  }
  introduce(update);
}

}  // namespace marquee::devices
