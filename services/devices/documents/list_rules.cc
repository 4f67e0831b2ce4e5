#include "services/devices/documents/list_rules.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <set>
#include <string>
#include <string_view>

#include "services/devices/documents/display_rules.h"

namespace marquee::devices {
namespace {

namespace json = boost::json;

constexpr size_t kMostPresets = 500;
constexpr size_t kMostSources = 64;  // the same limit as in the configuration file
constexpr size_t kLongestName = 128;

using Violations = std::vector<rpc::FieldViolation>;

// The list of the document; null, with a violation, if it is not a list. An absent list is empty.
const json::array* ListOf(const json::object& body, const char* key, size_t most,
                          Violations& violations) {
  const json::value* value = body.if_contains(key);
  if (value == nullptr) return nullptr;
  if (!value->is_array()) {
    violations.push_back({key, "expected a list"});
    return nullptr;
  }
  if (value->get_array().size() > most) {
    violations.push_back({key, fmt::format("expected at most {} entries", most)});
    return nullptr;
  }
  return &value->get_array();
}

// The text of a field; empty if it is absent or not a text.
std::string_view TextOf(const json::object& entry, const char* key) {
  const json::value* value = entry.if_contains(key);
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

// Checks the identifying field of an entry: present, not too long, and unique.
void CheckName(const json::object& entry, const char* key, const std::string& where,
               std::set<std::string>& taken, Violations& violations) {
  const std::string name(TextOf(entry, key));
  const std::string field = fmt::format("{}.{}", where, key);
  if (name.empty()) {
    violations.push_back({field, "expected a text"});
  } else if (name.size() > kLongestName) {
    violations.push_back({field, fmt::format("expected at most {} bytes", kLongestName)});
  } else if (!taken.insert(name).second) {
    violations.push_back({field, fmt::format("\"{}\" is used twice; choose another", name)});
  }
}

void CheckTextIfAny(const json::object& entry, const char* key, const std::string& where,
                    Violations& violations) {
  const json::value* value = entry.if_contains(key);
  if (value != nullptr && !value->is_string()) {
    violations.push_back({fmt::format("{}.{}", where, key), "expected a text"});
  }
}

}  // namespace

void CheckPresets(const json::object& body, Violations& violations, Violations* unknown) {
  const json::array* presets = ListOf(body, "presets", kMostPresets, violations);
  if (presets == nullptr) return;
  std::set<std::string> keys;
  for (size_t i = 0; i < presets->size(); ++i) {
    const std::string where = fmt::format("presets[{}]", i);
    const json::object* preset = (*presets)[i].if_object();
    if (preset == nullptr) {
      violations.push_back({where, "expected an object"});
      continue;
    }
    CheckName(*preset, "key", where, keys, violations);
    CheckTextIfAny(*preset, "name", where, violations);
    CheckTextIfAny(*preset, "description", where, violations);
    const json::value* overrides = preset->if_contains("overrides");
    if (overrides != nullptr && !overrides->is_object()) {
      violations.push_back({where + ".overrides", "expected an object"});
    } else if (overrides != nullptr) {
      CheckDisplay(overrides->get_object(), where + ".overrides.", violations, unknown);
    }
  }
}

void CheckSources(const json::object& body, Violations& violations) {
  static const std::set<std::string_view> kTypes = {"plex", "jellyfin", "emby",
                                                    "tmdb", "romm",     "local"};
  const json::array* sources = ListOf(body, "sources", kMostSources, violations);
  if (sources == nullptr) return;
  std::set<std::string> names;
  for (size_t i = 0; i < sources->size(); ++i) {
    const std::string where = fmt::format("sources[{}]", i);
    const json::object* source = (*sources)[i].if_object();
    if (source == nullptr) {
      violations.push_back({where, "expected an object"});
      continue;
    }
    CheckName(*source, "name", where, names, violations);
    const std::string_view type = TextOf(*source, "type");
    if (!kTypes.contains(type)) {
      violations.push_back(
          {where + ".type", "expected one of plex, jellyfin, emby, tmdb, romm, local"});
    }
    for (const char* key : {"url", "path", "token", "password", "api_key", "username"}) {
      CheckTextIfAny(*source, key, where, violations);
    }
    const std::string_view url = TextOf(*source, "url");
    const bool has_server =
        type == "plex" || type == "jellyfin" || type == "emby" || type == "romm";
    if (has_server && !url.starts_with("http://") && !url.starts_with("https://")) {
      violations.push_back(
          {where + ".url", "expected an address that begins with http:// or https://"});
    }
    if (type == "local" && !TextOf(*source, "path").starts_with("/")) {
      violations.push_back({where + ".path", "expected an absolute path"});
    }
  }
}

}  // namespace marquee::devices
