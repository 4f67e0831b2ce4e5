#include "services/gateway/ws/settings_directory.h"

#include <utility>

#include "services/gateway/model/display_settings.h"
#include "services/gateway/model/json_reader.h"

namespace marquee::gateway {
namespace {

constexpr absl::Duration kStaleAfter = absl::Minutes(1);

DisplaySettingsPtr Make(const std::string& hash, const boost::json::object& set) {
  DisplaySettings made;
  made.hash = hash;
  made.settings = SettingsOfDisplay(set);
  made.sync_period_ms = SyncPeriodMs(made.settings);
  return std::make_shared<const DisplaySettings>(std::move(made));
}

void Unindex(auto& index, const std::string& key, const std::string& device_id) {
  const auto [begin, end] = index.equal_range(key);
  for (auto entry = begin; entry != end; ++entry) {
    if (entry->second == device_id) {
      index.erase(entry);
      return;
    }
  }
}

}  // namespace

SettingsDirectory::SettingsDirectory(const base::Clock& clock)
    : clock_(clock), defaults_(Make("", {})) {
  unregistered_.settings = defaults_;
}

void SettingsDirectory::BeginAnew() {
  const base::MutexLock lock(mutex_);
  ++stream_;
  bodies_.clear();
  drop_stale_at_ = clock_.Monotonic() + kStaleAfter;
}

DisplaySettingsPtr SettingsDirectory::Take(const SettingsUpdate& update) {
  Body& body = bodies_[update.content_hash];
  if (body.settings == nullptr && update.settings_json) {
    const auto set = ParseJsonObject(*update.settings_json);
    body.settings = Make(update.content_hash, set.ok() ? *set : boost::json::object());
  }
  // A hash without a body would be a bug of the devices service; displays must not notice it.
  if (body.settings == nullptr) body.settings = Make(update.content_hash, {});
  ++body.holders;
  return body.settings;
}

void SettingsDirectory::Release(const Entry& entry) {
  if (entry.settings == nullptr || entry.stream != stream_) return;
  const auto body = bodies_.find(entry.settings->hash);
  if (body != bodies_.end() && --body->second.holders <= 0) bodies_.erase(body);
}

void SettingsDirectory::Remove(const std::string& device_id) {
  const auto found = entries_.find(device_id);
  if (found == entries_.end()) return;
  Unindex(by_install_, found->second.install_id, device_id);
  Unindex(by_cookie_, found->second.cookie_id, device_id);
  Unindex(by_hardware_, found->second.hardware_id, device_id);
  Release(found->second);
  entries_.erase(found);
}

void SettingsDirectory::Put(const std::string& device_id, const DeviceIdentity& identity,
                            const DisplaySettingsPtr& settings) {
  Remove(device_id);
  entries_[device_id] = {.stream = stream_,
                         .install_id = identity.install_id,
                         .hardware_id = identity.hardware_id,
                         .cookie_id = identity.cookie_id,
                         .settings = settings};
  if (!identity.install_id.empty()) by_install_.emplace(identity.install_id, device_id);
  if (!identity.cookie_id.empty()) by_cookie_.emplace(identity.cookie_id, device_id);
  if (!identity.hardware_id.empty()) by_hardware_.emplace(identity.hardware_id, device_id);
}

void SettingsDirectory::DropStale() {
  if (clock_.Monotonic() < drop_stale_at_) return;
  drop_stale_at_ = absl::InfiniteDuration();
  std::vector<std::string> stale;
  for (const auto& [device_id, entry] : entries_) {
    if (entry.stream != stream_) stale.push_back(device_id);
  }
  for (const std::string& device_id : stale) Remove(device_id);
}

void SettingsDirectory::Apply(const SettingsUpdate& update) {
  const base::MutexLock lock(mutex_);
  DropStale();
  if (update.removed) {
    for (const std::string& device_id : update.device_ids) Remove(device_id);
    return;
  }
  if (update.device_ids.empty()) {
    const DisplaySettingsPtr settings = Take(update);
    Release(unregistered_);
    unregistered_.stream = stream_;
    unregistered_.settings = settings;
    return;
  }
  for (size_t i = 0; i < update.device_ids.size(); ++i) {
    // Takes the new body before releasing the old one, in the same order as the devices service, so
    // that both drop the same bodies.
    const DisplaySettingsPtr settings = Take(update);
    Put(update.device_ids[i],
        i < update.identities.size() ? update.identities[i] : DeviceIdentity(), settings);
  }
}

DisplaySettingsPtr SettingsDirectory::ByIndex(const Index& index, std::string_view key) const {
  if (key.empty()) return nullptr;
  const auto named = index.find(key);
  if (named == index.end()) return nullptr;
  const auto entry = entries_.find(named->second);
  return entry == entries_.end() ? nullptr : entry->second.settings;
}

DisplaySettingsPtr SettingsDirectory::ByCookie(std::string_view cookie) const {
  if (cookie.empty()) return nullptr;
  DisplaySettingsPtr shared;
  const auto [begin, end] = by_cookie_.equal_range(cookie);
  for (auto named = begin; named != end; ++named) {
    const auto entry = entries_.find(named->second);
    if (entry == entries_.end()) continue;
    if (shared != nullptr && shared->hash != entry->second.settings->hash) return nullptr;
    shared = entry->second.settings;
  }
  return shared;
}

DisplaySettingsPtr SettingsDirectory::Of(const DisplayKnownBy& known) const {
  const base::MutexLock lock(mutex_);
  if (const auto own = entries_.find(known.device_id); own != entries_.end()) {
    return own->second.settings;
  }
  if (auto settings = ByIndex(by_install_, known.install_id)) return settings;
  if (auto settings = ByIndex(by_install_, known.cookie)) return settings;
  if (auto settings = ByCookie(known.cookie)) return settings;
  if (auto settings = ByIndex(by_hardware_, known.hardware_id)) return settings;
  return unregistered_.settings;
}

DisplaySettingsPtr SettingsDirectory::OfDevice(std::string_view device_id) const {
  const base::MutexLock lock(mutex_);
  const auto own = entries_.find(device_id);
  return own == entries_.end() ? unregistered_.settings : own->second.settings;
}

}  // namespace marquee::gateway
