#include "services/devices/registry/merge_devices.h"

#include <algorithm>
#include <string>

#include "services/devices/store/json_column.h"

namespace marquee::devices {
namespace {

void FillIfEmpty(std::string& target, const std::string& source) {
  if (target.empty()) target = source;
}

void TakeUnlessEmpty(std::string& target, const std::string& source) {
  if (!source.empty()) target = source;
}

void Unite(std::vector<std::string>& target, const std::vector<std::string>& source) {
  for (const std::string& value : source) {
    if (std::ranges::find(target, value) == target.end()) target.push_back(value);
  }
}

}  // namespace

Device MergeDevices(Device target, const std::vector<Device>& sources) {
  for (const Device& source : sources) {
    if (!target.perhaps_same_as.empty() && target.perhaps_same_as == source.id) {
      target.perhaps_same_as.clear();
      TakeUnlessEmpty(target.name, source.name);
      TakeUnlessEmpty(target.location, source.location);
    }
    if (!source.perhaps_same_as.empty() && source.perhaps_same_as == target.id) {
      TakeUnlessEmpty(target.install_id, source.install_id);
      TakeUnlessEmpty(target.hardware_id, source.hardware_id);
      TakeUnlessEmpty(target.cookie_id, source.cookie_id);
    }
    FillIfEmpty(target.name, source.name);
    FillIfEmpty(target.location, source.location);
    FillIfEmpty(target.install_id, source.install_id);
    FillIfEmpty(target.hardware_id, source.hardware_id);
    FillIfEmpty(target.cookie_id, source.cookie_id);
    FillIfEmpty(target.profile_id, source.profile_id);
    FillIfEmpty(target.preset, source.preset);
    FillIfEmpty(target.plex_username, source.plex_username);
    Unite(target.tags, source.tags);
    Unite(target.groups, source.groups);
    target.settings_override = OverlayObjects(source.settings_override, target.settings_override);
    const bool target_is_fresher = target.last_seen_at >= source.last_seen_at;
    const Device& older = target_is_fresher ? source : target;
    const Device& newer = target_is_fresher ? target : source;
    const std::string state = MergeObjects(older.current_state, newer.current_state);
    const std::string info = MergeObjects(older.client_info, newer.client_info);
    target.current_state = state;
    target.client_info = info;
    target.created_at = std::min(target.created_at, source.created_at);
    target.last_seen_at = std::max(target.last_seen_at, source.last_seen_at);
    target.last_paired_at = std::max(target.last_paired_at, source.last_paired_at);
  }
  return target;
}

}  // namespace marquee::devices
