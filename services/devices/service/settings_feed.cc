#include "services/devices/service/settings_feed.h"

#include <utility>

#include "services/devices/service/convert.h"

namespace marquee::devices {

void SettingsFeed::Forget(const SettingsBodyPtr& body) {
  if (body == nullptr) return;
  const auto holders = references_.find(body->hash);
  if (holders != references_.end() && --holders->second == 0) references_.erase(holders);
}

std::vector<pb::AttachResponse> SettingsFeed::MessagesFor(const SettingsChanges& news) {
  std::vector<pb::AttachResponse> messages;
  std::map<std::string, std::vector<const SettingsChange*>> by_hash;  // "": deleted devices
  for (const SettingsChange& change : news.changes) {
    by_hash[change.after != nullptr ? change.after->hash : ""].push_back(&change);
  }
  for (const auto& [hash, changes] : by_hash) {
    pb::AttachResponse::EffectiveSettings* told = nullptr;
    for (const SettingsChange* change : changes) {
      // Unregistered displays get a message of their own: an empty list of devices means them.
      const bool unregistered = change->device_id.empty();
      if (told == nullptr || unregistered || told->device_ids_size() == 0 ||
          told->device_ids_size() >= kMostDevices) {
        told = messages.emplace_back().mutable_effective_settings();
        told->set_content_hash(hash);
        told->set_generation(news.generation);
        told->set_removed(change->after == nullptr);
      }
      if (!unregistered) {
        told->add_device_ids(change->device_id);
        auto& identity = *told->add_identities();
        identity.set_install_id(change->install_id);
        identity.set_hardware_id(change->hardware_id);
        identity.set_cookie_id(change->cookie_id);
      }
      if (change->after != nullptr && ++references_[hash] == 1) {
        *told->mutable_settings() = StructFrom(change->after->json);
      }
      Forget(change->before);
    }
  }
  return messages;
}

}  // namespace marquee::devices
