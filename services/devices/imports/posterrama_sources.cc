#include "services/devices/imports/posterrama_sources.h"

#include <absl/strings/ascii.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "libs/base/strings.h"
#include "services/devices/imports/posterrama_json.h"

namespace marquee::devices {
namespace {

namespace json = boost::json;

// Absent means enabled, as in Posterrama.
bool IsEnabled(const json::object& object) {
  const json::value* value = object.if_contains("enabled");
  return value == nullptr || !value->is_bool() || value->get_bool();
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

void CopyList(const json::object& from, const char* from_key, json::object& to,
              const char* to_key) {
  const auto texts = TextsOf(from, from_key);
  if (!texts.empty()) to[to_key] = json::array(texts.begin(), texts.end());
}

}  // namespace

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
