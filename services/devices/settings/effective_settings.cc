#include "services/devices/settings/effective_settings.h"

#include <sodium.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <map>

namespace marquee::devices {
namespace {

namespace json = boost::json;

// The device's groups in ascending precedence.
std::vector<const Group*> GroupsOf(const SettingsSources& sources, const Device& device) {
  std::vector<const Group*> groups;
  for (const std::string& id : device.groups) {
    const auto found = std::ranges::find(sources.groups, id, &Group::id);
    if (found != sources.groups.end()) groups.push_back(&*found);
  }
  std::ranges::stable_sort(groups, {}, &Group::order);
  return groups;
}

json::value Sorted(const json::value& value) {
  if (value.is_array()) {
    json::array sorted;
    for (const json::value& member : value.get_array()) sorted.push_back(Sorted(member));
    return sorted;
  }
  if (!value.is_object()) return value;
  std::map<std::string_view, const json::value*> keys;
  for (const auto& [key, member] : value.get_object()) {
    keys.emplace(std::string_view(key.data(), key.size()), &member);
  }
  json::object sorted;
  for (const auto& [key, member] : keys) sorted.emplace(key, Sorted(*member));
  return sorted;
}

// The value with null in place of every leaf.
json::value Nulled(const json::value& value) {
  if (!value.is_object()) return nullptr;
  json::object nulled;
  for (const auto& [key, member] : value.get_object()) nulled.emplace(key, Nulled(member));
  return nulled;
}

// `after`, with null for keys that only `before` has: displays merge updates into their settings.
json::value Replacing(const json::value& before, const json::value& after) {
  if (!before.is_object() || !after.is_object()) return after;
  json::object replacing = after.get_object();
  for (const auto& [key, member] : before.get_object()) {
    json::value* const kept = replacing.if_contains(key);
    if (kept == nullptr) {
      replacing.emplace(key, Nulled(member));
    } else {
      *kept = Replacing(member, *kept);
    }
  }
  return replacing;
}

bool IsTrue(const json::object& object, const char* key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

}  // namespace

json::object ObjectOf(std::string_view text) {
  boost::system::error_code error;
  json::value parsed = json::parse(json::string_view(text.data(), text.size()), error);
  return !error && parsed.is_object() ? std::move(parsed.get_object()) : json::object();
}

void MergeInto(json::object& base, const json::object& over) {
  for (const auto& [key, value] : over) {
    json::value& slot = base[key];
    if (slot.is_object() && value.is_object()) {
      MergeInto(slot.get_object(), value.get_object());
    } else {
      slot = value;
    }
  }
}

json::object EffectiveSettings(const SettingsSources& sources, const Device& device) {
  json::object settings = sources.base;
  for (const Group* group : GroupsOf(sources, device)) {
    MergeInto(settings, ObjectOf(group->settings_template));
  }
  const auto profile = std::ranges::find(sources.profiles, device.profile_id, &Profile::id);
  if (profile != sources.profiles.end()) MergeInto(settings, ObjectOf(profile->settings));
  MergeInto(settings, ObjectOf(device.settings_override));
  return settings;
}

std::string DisplayMode(const json::object& settings) {
  const json::value* mode = settings.if_contains("mode");
  if (mode != nullptr && mode->is_string()) {
    for (const char* known : {"screensaver", "wallart", "cinema"}) {
      if (mode->get_string() == known) return known;
    }
  }
  if (IsTrue(settings, "cinemaMode")) return "cinema";
  const json::value* wall = settings.if_contains("wallartMode");
  if (wall != nullptr && wall->is_object() && IsTrue(wall->get_object(), "enabled")) {
    return "wallart";
  }
  return "screensaver";
}

json::object ChangedKeys(const json::object& before, const json::object& after) {
  json::object changed;
  for (const auto& [key, value] : after) {
    const json::value* old = before.if_contains(key);
    if (old == nullptr) {
      changed.emplace(key, value);
    } else if (*old != value) {
      changed.emplace(key, Replacing(*old, value));
    }
  }
  for (const auto& [key, value] : before) {
    if (!after.contains(key)) changed.emplace(key, Nulled(value));
  }
  return changed;
}

std::string CanonicalJson(const json::object& settings) {
  return json::serialize(Sorted(json::value(settings)));
}

std::string ContentHash(std::string_view canonical_json) {
  unsigned char digest[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(digest, reinterpret_cast<const unsigned char*>(canonical_json.data()),
                     canonical_json.size());
  char hex[crypto_hash_sha256_BYTES * 2 + 1];
  sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
  constexpr size_t kDigits = 32;
  return {hex, kDigits};
}

}  // namespace marquee::devices
