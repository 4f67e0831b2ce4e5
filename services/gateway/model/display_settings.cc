#include "services/gateway/model/display_settings.h"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>

#include "libs/base/secret_names.h"

namespace marquee::gateway {
namespace {

namespace json = boost::json;

constexpr char kDefaults[] = R"({
  "clockWidget": true, "clockTimezone": "auto", "clockFormat": "24h",
  "syncEnabled": true, "syncAlignMaxDelayMs": 1200,
  "cinemaMode": false, "cinemaOrientation": "auto", "cinema": {},
  "wallartMode": {"enabled": false, "itemsPerScreen": 30, "columns": 6, "transitionInterval": 30,
    "density": "medium", "refreshRate": 6, "randomness": 3, "animationType": "fade",
    "layoutVariant": "heroGrid", "ambientGradient": false, "autoRefresh": true,
    "layoutSettings": {"heroGrid": {"heroSide": "left", "heroRotationMinutes": 10,
      "biasAmbientToHero": true}}},
  "transitionIntervalSeconds": 15, "backgroundRefreshMinutes": 60,
  "showClearLogo": true, "showPoster": true, "showRottenTomatoes": true, "showMetadata": false,
  "rottenTomatoesMinimumScore": 0, "transitionEffect": "kenburns", "effectPauseTime": 2,
  "kenBurnsEffect": {"enabled": true, "durationSeconds": 20},
  "uiScaling": {"content": 100, "clearlogo": 100, "clock": 100, "global": 100}
})";

constexpr std::array<std::string_view, 3> kMadeElsewhere = {"mediaServers", "localDirectory",
                                                            "deviceMgmt"};

void DropSecrets(json::value& value) {
  if (json::array* list = value.if_array()) {
    for (json::value& member : *list) DropSecrets(member);
    return;
  }
  json::object* object = value.if_object();
  if (object == nullptr) return;
  for (auto member = object->begin(); member != object->end();) {
    const json::string_view name = member->key();
    const json::string* text = member->value().if_string();
    if (base::LooksLikeSecretName({name.data(), name.size()}) ||
        (text != nullptr && base::IsSealedText({text->data(), text->size()}))) {
      member = object->stable_erase(member);
    } else {
      DropSecrets((member++)->value());
    }
  }
}

void LayOver(json::object& base, const json::object& over) {
  for (const auto& [key, value] : over) {
    json::value& slot = base[key];
    if (slot.is_object() && value.is_object()) {
      LayOver(slot.get_object(), value.get_object());
    } else {
      slot = value;
    }
  }
}

// The object with that name, empty if there is none.
const json::object& Below(const json::object& settings, std::string_view name) {
  static const json::object none;
  const json::value* found = settings.if_contains(json::string_view(name.data(), name.size()));
  return found != nullptr && found->is_object() ? found->get_object() : none;
}

bool IsOn(const json::object& settings, std::string_view name) {
  const json::value* found = settings.if_contains(json::string_view(name.data(), name.size()));
  return found != nullptr && found->is_bool() && found->get_bool();
}

}  // namespace

const json::object& DefaultSettings() {
  static const json::object defaults = json::parse(kDefaults).as_object();
  return defaults;
}

json::object SettingsOfDisplay(const json::object& set) {
  json::object settings = DefaultSettings();
  LayOver(settings, WithoutSecrets(set));
  for (const std::string_view key : kMadeElsewhere) {
    const auto found = settings.find(json::string_view(key.data(), key.size()));
    if (found != settings.end()) settings.stable_erase(found);
  }
  return settings;
}

json::object WithoutSecrets(const json::object& settings) {
  json::value rest(settings);
  DropSecrets(rest);
  return rest.get_object();
}

bool WantsMusic(const json::object& settings) {
  return IsOn(Below(Below(settings, "wallartMode"), "musicMode"), "enabled");
}

bool WantsGames(const json::object& settings) {
  return IsOn(Below(settings, "wallartMode"), "gamesOnly");
}

int64_t SyncPeriodMs(const json::object& settings) {
  const json::value* enabled = settings.if_contains("syncEnabled");
  if (enabled != nullptr && enabled->is_bool() && !enabled->get_bool()) return 0;
  const json::value* seconds = settings.if_contains("transitionIntervalSeconds");
  if (seconds == nullptr || !seconds->is_number()) return 0;
  // Less than two seconds is too short to show anything; more than a day is a mistake.
  constexpr double kShortest = 2000;
  constexpr double kLongest = 86'400'000;
  return static_cast<int64_t>(std::clamp(seconds->to_number<double>() * 1000, kShortest, kLongest));
}

}  // namespace marquee::gateway
