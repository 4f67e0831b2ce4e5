#include "services/devices/imports/posterrama_records.h"

#include <absl/strings/ascii.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <cstdlib>
#include <functional>
#include <map>
#include <string_view>
#include <utility>

#include "libs/base/strings.h"
#include "services/devices/documents/display_rules.h"
#include "services/devices/model/ids.h"
#include "services/devices/model/resource_id.h"

namespace marquee::devices {
namespace {

namespace json = boost::json;

constexpr size_t kLongestText = 256;

std::string TextOf(const json::object& object, const char* key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(value->get_string()).substr(0, kLongestText);
}

std::string ObjectOf(const json::object& object, const char* key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_object() ? json::serialize(*value) : "{}";
}

std::vector<std::string> TextsOf(const json::object& object, const char* key) {
  std::vector<std::string> texts;
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_array()) return texts;
  for (const json::value& member : value->get_array()) {
    if (member.is_string() && !member.get_string().empty()) texts.emplace_back(member.get_string());
  }
  return texts;
}

bool IsTrue(const json::object& object, const char* key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

// Absent means enabled, as in Posterrama.
bool IsEnabled(const json::object& object) {
  const json::value* value = object.if_contains("enabled");
  return value == nullptr || !value->is_bool() || value->get_bool();
}

absl::Time TimeOf(const json::object& object, const char* key, absl::Time otherwise) {
  absl::Time time;
  std::string error;
  const std::string text = TextOf(object, key);
  return !text.empty() && absl::ParseTime(absl::RFC3339_full, text, &time, &error) ? time
                                                                                   : otherwise;
}

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

std::string Address(const json::object& server) {
  std::string url = TextOf(server, "url");
  if (!url.empty()) return url;
  const std::string host = TextOf(server, "hostname");
  if (host.empty()) return {};
  const json::value* port = server.if_contains("port");
  int64_t number = 0;
  if (port != nullptr && port->is_number()) number = port->to_number<int64_t>();
  if (port != nullptr && port->is_string()) number = std::atoll(port->get_string().c_str());
  const bool tls = IsTrue(server, "useHttps") || IsTrue(server, "https") || IsTrue(server, "ssl") ||
                   number == 443;
  if (host.starts_with("http://") || host.starts_with("https://")) {
    const bool has_port = host.find(':', host.find("//")) != std::string::npos;
    return number > 0 && !has_port ? fmt::format("{}:{}", host, number) : host;
  }
  const std::string_view scheme = tls ? "https" : "http";
  return number > 0 ? fmt::format("{}://{}:{}", scheme, host, number)
                    : fmt::format("{}://{}", scheme, host);
}

double NumberOf(const json::object& object, const char* key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr) return 0;
  if (value->is_number()) return value->to_number<double>();
  return value->is_string() ? std::atof(value->get_string().c_str()) : 0;
}

// Converts a list or a comma-separated text to a comma-separated text.
std::string CommaText(const json::object& object, const char* key) {
  const json::value* value = object.if_contains(key);
  if (value != nullptr && value->is_string()) return std::string(value->get_string());
  return fmt::format("{}", fmt::join(TextsOf(object, key), ","));
}

// Converts a list or a comma-separated text to a list.
json::array CommaList(const json::object& object, const char* key) {
  json::array list;
  std::string_view rest;
  const std::string text = CommaText(object, key);
  for (rest = text; !rest.empty();) {
    const size_t comma = std::min(rest.find(','), rest.size());
    const auto part = absl::StripAsciiWhitespace(base::ToAbslView(rest.substr(0, comma)));
    if (!part.empty()) list.emplace_back(json::string_view(part.data(), part.size()));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return list;
}

// Converts the filters of a server or of TMDB to `filter` of a source.
json::object FilterOf(const json::object& server) {
  json::object filter;
  const json::value* year = server.if_contains("yearFilter");
  if (year != nullptr && year->is_number() && year->to_number<double>() >= 1900) {
    // A number is the earliest year.
    filter["years"] = fmt::format("{}-9999", year->to_number<int64_t>());
  } else if (std::string years = CommaText(server, "yearFilter"); !years.empty()) {
    filter["years"] = years;
  }
  for (const auto& [from, to] :
       {std::pair("genreFilter", "genres"), std::pair("qualityFilter", "qualities")}) {
    if (std::string text = CommaText(server, from); !text.empty()) filter[to] = text;
  }
  json::array ratings = CommaList(server, "ratingFilter");
  double least = NumberOf(server, "minRating");
  const json::value* old = server.if_contains("ratingFilters");
  if (old != nullptr && old->is_object()) {
    if (ratings.empty()) ratings = CommaList(old->get_object(), "allowedOfficialRatings");
    if (least <= 0) least = NumberOf(old->get_object(), "minCommunityRating");
  }
  if (!ratings.empty()) filter["content_ratings"] = std::move(ratings);
  if (least > 0) filter["min_rating"] = std::min(least, 10.0);
  if (IsTrue(server, "recentlyAddedOnly")) {
    const auto days = static_cast<int64_t>(NumberOf(server, "recentlyAddedDays"));
    filter["added_within"] = fmt::format("{}d", std::clamp<int64_t>(days > 0 ? days : 30, 1, 3650));
  }
  return filter;
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

void CopyList(const json::object& from, const char* from_key, json::object& to,
              const char* to_key) {
  const auto texts = TextsOf(from, from_key);
  if (!texts.empty()) to[to_key] = json::array(texts.begin(), texts.end());
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

std::vector<json::object> SourcesFrom(
    const json::object& config, const std::function<std::string(const std::string&)>& environment,
    std::vector<std::string>& notes) {
  std::vector<json::object> sources;
  const json::value* servers = config.if_contains("mediaServers");
  for (const json::value& entry :
       servers && servers->is_array() ? servers->get_array() : json::array()) {
    const json::object* server = entry.if_object();
    if (server == nullptr) continue;
    const std::string type = TextOf(*server, "type");
    json::object source;
    source["name"] = TextOf(*server, "name").empty() ? type : TextOf(*server, "name");
    source["type"] = type;
    source["enabled"] = IsEnabled(*server);
    source["url"] = Address(*server);
    std::string token = TextOf(*server, "token");
    const std::string variable = TextOf(*server, "tokenEnvVar");
    if (token.empty() && !variable.empty()) token = environment(variable);
    if (!token.empty()) source["token"] = token;
    if (token.empty() && type != "romm") {
      notes.push_back(
          fmt::format("source \"{}\": no token was found{}; enter it before using the source",
                      std::string(source["name"].as_string()),
                      variable.empty() ? "" : " in the environment as " + variable));
    }
    for (const char* key : {"username", "password"}) {
      if (const std::string text = TextOf(*server, key); !text.empty()) source[key] = text;
    }
    CopyList(*server, "movieLibraryNames", source, "movie_libraries");
    CopyList(*server, "showLibraryNames", source, "show_libraries");
    CopyList(*server, "musicLibraryNames", source, "music_libraries");
    if (json::object filter = FilterOf(*server); !filter.empty()) {
      source["filter"] = std::move(filter);
    }
    if (IsTrue(*server, "insecureHttps")) source["insecure_tls"] = true;
    CopyList(*server, "selectedPlatforms", source, "platforms");
    if (const json::value* only = server->if_contains("filters"); only && only->is_object()) {
      for (const auto& [from, to] : {std::pair("favouritesOnly", "favourites_only"),
                                     std::pair("playableOnly", "playable_only"),
                                     std::pair("excludeUnidentified", "identified_only")}) {
        if (IsTrue(only->get_object(), from)) source[to] = true;
      }
    }
    sources.push_back(std::move(source));
  }
  const auto add_tmdb = [&](const json::object& tmdb, std::string_view name, bool enabled) {
    const std::string key = TextOf(tmdb, "apiKey");
    if (key.empty()) return;
    json::object source;
    source["name"] = TextOf(tmdb, "name").empty() ? std::string(name) : TextOf(tmdb, "name");
    source["type"] = "tmdb";
    source["enabled"] = enabled;
    source["api_key"] = key;
    for (const auto& [from, to] :
         {std::pair("category", "category"), std::pair("watchRegion", "region")}) {
      if (const std::string text = TextOf(tmdb, from); !text.empty()) source[to] = text;
    }
    if (json::object filter = FilterOf(tmdb); !filter.empty()) source["filter"] = std::move(filter);
    sources.push_back(std::move(source));
  };
  if (const json::value* tmdb = config.if_contains("tmdbSource"); tmdb && tmdb->is_object()) {
    add_tmdb(tmdb->get_object(), "TMDB", IsTrue(tmdb->get_object(), "enabled"));
  }
  const json::value* streaming = config.if_contains("streamingSources");
  if (streaming != nullptr && streaming->is_array()) {
    for (const json::value& entry : streaming->get_array()) {
      if (!entry.is_object()) continue;
      add_tmdb(entry.get_object(), fmt::format("Streaming {}", sources.size() + 1),
               IsEnabled(entry.get_object()));
    }
  }
  const json::value* local = config.if_contains("localDirectory");
  if (local != nullptr && local->is_object() && IsTrue(local->get_object(), "enabled")) {
    const std::string path = TextOf(local->get_object(), "rootPath");
    if (path.starts_with('/')) {
      json::object source;
      source["name"] = "Local";
      source["type"] = "local";
      source["path"] = path;
      sources.push_back(std::move(source));
    } else {
      notes.push_back(fmt::format(
          "localDirectory: \"{}\" is not an absolute path; add the folder with --posters", path));
    }
  }
  return sources;
}

}  // namespace marquee::devices
