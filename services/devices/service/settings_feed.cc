#include "services/devices/service/settings_feed.h"

#include <utility>

#include "services/devices/service/convert.h"

namespace marquee::devices {

void SettingsFeed::Forget(const SettingsBodyPtr& body) {
  if (body == nullptr) return;
  const auto holders = references_.find(body->hash);
  if (holders != references_.end() && --holders->second == 0) references_.erase(holders);
}

std::vector<pb::AttachResponse> SettingsFeed::MessagesFor(const SettingsChanges& update) {
  std::vector<pb::AttachResponse> messages;
  std::map<std::string, std::vector<const SettingsChange*>> by_hash;  // "": deleted devices
  for (const SettingsChange& change : update.changes) {
    by_hash[change.after != nullptr ? change.after->hash : ""].push_back(&change);
  }
  for (const auto& [hash, changes] : by_hash) {
    pb::AttachResponse::EffectiveSettings* message = nullptr;
    for (const SettingsChange* change : changes) {
      // Unregistered displays get a message of their own: an empty list of devices means them.
      const bool unregistered = change->device_id.empty();
      if (message == nullptr || unregistered || message->device_ids_size() == 0 ||
          message->device_ids_size() >= kMostDevices) {
        message = messages.emplace_back().mutable_effective_settings();
        message->set_content_hash(hash);
        message->set_generation(update.generation);
        message->set_removed(change->after == nullptr);
      }
      if (!unregistered) {
        message->add_device_ids(change->device_id);
        auto& identity = *message->add_identities();
        identity.set_install_id(change->install_id);
        identity.set_hardware_id(change->hardware_id);
        identity.set_cookie_id(change->cookie_id);
      }
      if (change->after != nullptr && ++references_[hash] == 1) {
        *message->mutable_settings() = StructFrom(change->after->json);
      }
      Forget(change->before);
    }
  }
  return messages;
}

}  // namespace marquee::devices
