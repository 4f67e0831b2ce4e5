#include "services/devices/imports/posterrama_records.h"

#include <absl/strings/ascii.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <functional>
#include <map>
#include <string_view>
#include <utility>

#include "services/devices/documents/display_rules.h"
#include "services/devices/imports/posterrama_json.h"
#include "services/devices/model/ids.h"
#include "services/devices/model/resource_id.h"

namespace marquee::devices {
namespace {

namespace json = boost::json;

bool IsSecretHash(std::string_view text) {
  constexpr std::string_view kPrefix = "sha256:";
  if (!text.starts_with(kPrefix)) return false;
  text.remove_prefix(kPrefix.size());
  return text.size() == 64 && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

// Heartbeats of displays nest the screen size; ClientInfo of the protos is flat.
std::string ClientInfoOf(const json::object& record) {
  const json::value* value = record.if_contains("clientInfo");
  if (value == nullptr || !value->is_object()) return "{}";
  const json::object& info = value->get_object();
  json::object flat;
  flat["userAgent"] = TextOf(info, "userAgent");
  flat["mode"] = TextOf(info, "mode");
  if (const json::value* screen = info.if_contains("screen"); screen && screen->is_object()) {
    const auto number = [&](const char* from, const char* to) {
      const json::value* size = screen->get_object().if_contains(from);
      if (size != nullptr && size->is_number()) flat[to] = *size;
    };
    number("w", "screenWidth");
    number("h", "screenHeight");
    number("dpr", "devicePixelRatio");
  }
  return json::serialize(flat);
}

// Sets the setting at a path such as cinema.header.text unless it exists.
void SetIfAbsent(json::object& settings, std::string_view path, const json::value& value) {
  json::object* object = &settings;
  while (true) {
    const size_t dot = path.find('.');
    json::value& slot = (*object)[json::string_view(path.data(), std::min(dot, path.size()))];
    if (dot == std::string_view::npos) {
      if (slot.is_null()) slot = value;
      return;
    }
    if (slot.is_null()) slot.emplace_object();
    if (!slot.is_object()) return;
    object = &slot.get_object();
    path.remove_prefix(dot + 1);
  }
}

// Converts cinema.header.text to cinemaHeaderText.
std::string FlatName(std::string_view path) {
  std::string name;
  bool upper = false;
  for (const char c : path) {
    if (c == '.') {
      upper = true;
    } else {
      name += upper ? absl::ascii_toupper(static_cast<unsigned char>(c)) : c;
      upper = false;
    }
  }
  return name;
}

}  // namespace

std::optional<Device> DeviceFromRecord(const json::value& value, absl::Time now,
                                       std::vector<std::string>& notes) {
  const json::object* record = value.if_object();
  const std::string id = record != nullptr ? TextOf(*record, "id") : "";
  const std::string hash = record != nullptr ? TextOf(*record, "secretHash") : "";
  if (!IsUuid(id) || !IsSecretHash(hash)) {
    notes.push_back(
        fmt::format("devices.json: the record {} has no valid id or secret hash; skipped",
                    id.empty() ? "without an id" : id));
    return std::nullopt;
  }
  Device device;
  device.id = id;
  device.install_id = TextOf(*record, "installId");
  device.hardware_id = TextOf(*record, "hardwareId");
  device.secret_hash = hash;
  device.name = TextOf(*record, "name");
  device.location = TextOf(*record, "location");
  device.tags = TextsOf(*record, "tags");
  device.groups = TextsOf(*record, "groups");
  std::erase_if(device.groups, [](const std::string& group) { return !IsResourceId(group); });
  device.profile_id = TextOf(*record, "profileId");
  device.preset = TextOf(*record, "preset");
  device.plex_username = TextOf(*record, "plexUsername");
  device.settings_override = ObjectOf(*record, "settingsOverride");
  device.client_info = ClientInfoOf(*record);
  device.current_state = ObjectOf(*record, "currentState");
  device.reload = IsTrue(*record, "reload");
  device.created_at = TimeOf(*record, "createdAt", now);
  device.registered_at = device.created_at;
  device.updated_at = TimeOf(*record, "updatedAt", device.created_at);
  device.last_seen_at = TimeOf(*record, "lastSeenAt", absl::InfinitePast());
  if (const json::value* pairing = record->if_contains("pairing");
      pairing && pairing->is_object()) {
    device.last_paired_at = TimeOf(pairing->get_object(), "lastPairedAt", absl::InfinitePast());
  }
  device.revision = 1;
  return device;
}

std::optional<Group> GroupFromRecord(const json::value& value, absl::Time now,
                                     std::vector<std::string>& notes) {
  const json::object* record = value.if_object();
  const std::string id = record != nullptr ? TextOf(*record, "id") : "";
  if (!IsResourceId(id)) {
    notes.push_back(fmt::format("groups.json: the id \"{}\" is invalid; skipped", id));
    return std::nullopt;
  }
  Group group;
  group.id = id;
  group.name = TextOf(*record, "name");
  group.description = TextOf(*record, "description");
  group.settings_template = ObjectOf(*record, "settingsTemplate");
  const json::value* order = record->if_contains("order");
  if (order != nullptr && order->is_number()) {
    group.order = std::clamp<int64_t>(order->to_number<int64_t>(), 0, kMaxGroupOrder);
  }
  group.created_at = TimeOf(*record, "createdAt", now);
  group.updated_at = TimeOf(*record, "updatedAt", group.created_at);
  group.revision = 1;
  return group;
}

std::optional<Profile> ProfileFromRecord(const json::value& value, absl::Time now,
                                         std::vector<std::string>& notes) {
  const json::object* record = value.if_object();
  const std::string id = record != nullptr ? TextOf(*record, "id") : "";
  if (!IsResourceId(id)) {
    notes.push_back(fmt::format("profiles.json: the id \"{}\" is invalid; skipped", id));
    return std::nullopt;
  }
  Profile profile;
  profile.id = id;
  profile.name = TextOf(*record, "name");
  profile.description = TextOf(*record, "description");
  const json::value* settings = record->if_contains("settings");
  profile.settings = settings != nullptr && settings->is_object()
                         ? json::serialize(NestedSettings(settings->get_object()))
                         : "{}";
  profile.created_at = TimeOf(*record, "createdAt", now);
  profile.updated_at = TimeOf(*record, "updatedAt", profile.created_at);
  profile.revision = 1;
  return profile;
}

json::object NestedSettings(const json::object& settings) {
  static const std::map<std::string, std::string, std::less<>> nested = [] {
    std::map<std::string, std::string, std::less<>> names;
    for (const std::string& path : DisplayPaths()) {
      if (path.find('.') != std::string::npos) names[FlatName(path)] = path;
    }
    // These keys also exist at the top level.
    names.erase("cinemaOrientation");
    return names;
  }();
  json::object result;
  for (const auto& [key, value] : settings) {
    const std::string name(key);
    if (!nested.contains(name) && name.find('.') == std::string::npos) result[key] = value;
  }
  for (const auto& [key, value] : settings) {
    const auto flat = nested.find(std::string(key));
    if (flat != nested.end()) {
      SetIfAbsent(result, flat->second, value);
    } else if (key.find('.') != json::string_view::npos) {
      SetIfAbsent(result, {key.data(), key.size()}, value);
    }
  }
  return result;
}

json::object DisplaySettingsFrom(const json::object& config) {
  // Keys read by displays of Posterrama 2.9.4 and 3.0.1. The other keys of config.json are for the
  // server, and some are secrets.
  constexpr std::array kKeys = {"clockWidget",
                                "clockTimezone",
                                "clockFormat",
                                "syncEnabled",
                                "syncAlignMaxDelayMs",
                                "mode",
                                "type",
                                "promoBoxEnabled",
                                "cinemaMode",
                                "cinemaOrientation",
                                "cinema",
                                "wallartMode",
                                "transitionIntervalSeconds",
                                "backgroundRefreshMinutes",
                                "showClearLogo",
                                "showPoster",
                                "showRottenTomatoes",
                                "showMetadata",
                                "rottenTomatoesMinimumScore",
                                "transitionEffect",
                                "effectPauseTime",
                                "kenBurnsEffect",
                                "uiScaling",
                                "screensaverMode",
                                "pauseIndicator",
                                "clientDebugViewer",
                                "burnInPrevention"};
  json::object settings;
  for (const char* key : kKeys) {
    if (const json::value* value = config.if_contains(key)) settings[key] = *value;
  }
  return settings;
}

}  // namespace marquee::devices
