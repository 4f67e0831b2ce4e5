#include "services/devices/documents/display_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/secret_names.h"
#include "libs/base/strings.h"
#include "services/devices/documents/time_zones.h"

namespace marquee::devices {
namespace {

namespace json = boost::json;

enum class Kind { kBool, kText, kZone, kOneOf, kNumber, kInteger, kObject, kObjectOrNull };

struct Rule {
  std::string_view path;  // keys joined by dots
  Kind kind;
  double least = 0;
  double most = 0;
  std::string_view words = {};  // values of kOneOf, joined by "|"
};

constexpr double kAnyLarge = 1e9;
constexpr double kDayInSeconds = 86'400;

constexpr std::string_view kOrientations =
    "auto|portrait|portrait-flipped|landscape|landscape-flipped";

constexpr std::array kRules = {
    Rule{"clockWidget", Kind::kBool},
    Rule{"clockTimezone", Kind::kZone},
    Rule{"clockFormat", Kind::kOneOf, 0, 0, "12h|24h"},
    Rule{"syncEnabled", Kind::kBool},
    Rule{"syncAlignMaxDelayMs", Kind::kInteger, 0, 60'000},
    Rule{"mode", Kind::kOneOf, 0, 0, "screensaver|wallart|cinema"},
    Rule{"promoBoxEnabled", Kind::kBool},
    Rule{"transitionIntervalSeconds", Kind::kInteger, 5, kDayInSeconds},
    Rule{"backgroundRefreshMinutes", Kind::kInteger, 0, 43'200},
    Rule{"transitionEffect", Kind::kOneOf, 0, 0, "none|kenburns|fade|slide"},
    Rule{"effectPauseTime", Kind::kNumber, 0, 3600},
    Rule{"showClearLogo", Kind::kBool},
    Rule{"showPoster", Kind::kBool},
    Rule{"showMetadata", Kind::kBool},
    Rule{"showRottenTomatoes", Kind::kBool},
    Rule{"rottenTomatoesMinimumScore", Kind::kNumber, 0, 10},
    Rule{"kenBurnsEffect", Kind::kObject},
    Rule{"kenBurnsEffect.enabled", Kind::kBool},
    Rule{"kenBurnsEffect.durationSeconds", Kind::kNumber, 1, 3600},
    Rule{"uiScaling", Kind::kObject},
    Rule{"uiScaling.content", Kind::kNumber, 10, 500},
    Rule{"uiScaling.clearlogo", Kind::kNumber, 10, 500},
    Rule{"uiScaling.clock", Kind::kNumber, 10, 500},
    Rule{"uiScaling.global", Kind::kNumber, 10, 500},
    Rule{"cinemaMode", Kind::kBool},
    Rule{"cinemaOrientation", Kind::kOneOf, 0, 0, kOrientations},
    Rule{"cinema", Kind::kObject},
    Rule{"cinema.orientation", Kind::kOneOf, 0, 0, kOrientations},
    Rule{"cinema.header", Kind::kObject},
    Rule{"cinema.header.enabled", Kind::kBool},
    Rule{"cinema.header.text", Kind::kText},
    Rule{"cinema.header.style", Kind::kOneOf, 0, 0, "classic|neon|minimal|theatre"},
    Rule{"cinema.footer", Kind::kObject},
    Rule{"cinema.footer.enabled", Kind::kBool},
    Rule{"cinema.footer.type", Kind::kOneOf, 0, 0, "marquee|specs|metadata|tagline"},
    Rule{"cinema.footer.marqueeText", Kind::kText},
    Rule{"cinema.footer.specs", Kind::kObject},
    Rule{"cinema.footer.specs.style", Kind::kOneOf, 0, 0, "subtle|filled|outline"},
    Rule{"cinema.footer.specs.iconSet", Kind::kOneOf, 0, 0, "filled|line"},
    Rule{"cinema.ambilight", Kind::kObject},
    Rule{"cinema.ambilight.enabled", Kind::kBool},
    Rule{"cinema.ambilight.strength", Kind::kNumber, 0, 100},
    Rule{"cinema.nowPlaying", Kind::kObject},
    Rule{"cinema.nowPlaying.enabled", Kind::kBool},
    Rule{"cinema.nowPlaying.priority", Kind::kOneOf, 0, 0, "first|random|user"},
    Rule{"cinema.nowPlaying.filterUser", Kind::kText},
    Rule{"cinema.nowPlaying.fallbackToRotation", Kind::kBool},
    Rule{"cinema.nowPlaying.updateIntervalSeconds", Kind::kNumber, 5, 300},
    Rule{"cinema.rotationIntervalMinutes", Kind::kNumber, 0, kAnyLarge},
    Rule{"wallartMode", Kind::kObject},
    Rule{"wallartMode.enabled", Kind::kBool},
    Rule{"wallartMode.itemsPerScreen", Kind::kInteger, 1, 1000},
    Rule{"wallartMode.columns", Kind::kInteger, 1, 100},
    Rule{"wallartMode.transitionInterval", Kind::kNumber, 1, kDayInSeconds},
    Rule{"wallartMode.density", Kind::kOneOf, 0, 0, "low|medium|high|ludicrous"},
    Rule{"wallartMode.refreshRate", Kind::kNumber, 0, 100},
    Rule{"wallartMode.randomness", Kind::kNumber, 0, 100},
    Rule{"wallartMode.animationType", Kind::kText},
    Rule{"wallartMode.layoutVariant", Kind::kText},
    Rule{"wallartMode.ambientGradient", Kind::kBool},
    Rule{"wallartMode.autoRefresh", Kind::kBool},
    Rule{"wallartMode.gamesOnly", Kind::kBool},
    Rule{"wallartMode.orientation", Kind::kOneOf, 0, 0, kOrientations},
    Rule{"wallartMode.layoutSettings", Kind::kObject},
    Rule{"wallartMode.layoutSettings.heroGrid", Kind::kObject},
    Rule{"wallartMode.layoutSettings.heroGrid.heroSide", Kind::kOneOf, 0, 0, "left|right"},
    Rule{"wallartMode.musicMode", Kind::kObject},
    Rule{"wallartMode.musicMode.enabled", Kind::kBool},
    Rule{"wallartMode.musicMode.displayStyle", Kind::kOneOf, 0, 0,
         "covers-only|album-info|artist-cards"},
    Rule{"screensaverMode", Kind::kObject},
    Rule{"screensaverMode.orientation", Kind::kOneOf, 0, 0, kOrientations},
    Rule{"pauseIndicator", Kind::kObject},
    Rule{"burnInPrevention", Kind::kObjectOrNull},
};

// These are derived from sources and from the client's address; stored here they would only
// disclose data.
constexpr std::array<std::string_view, 5> kForbidden = {
    "mediaServers", "localDirectory", "deviceMgmt", "tmdbSource", "streamingSources"};

const json::value* Find(const json::object& body, std::string_view path) {
  const json::object* object = &body;
  while (true) {
    const size_t dot = path.find('.');
    const std::string_view key = path.substr(0, dot);
    const json::value* value = object->if_contains(json::string_view(key.data(), key.size()));
    if (value == nullptr || dot == std::string_view::npos) return value;
    if (!value->is_object()) return nullptr;  // reported by the rule of that object
    object = &value->get_object();
    path.remove_prefix(dot + 1);
  }
}

std::vector<std::string> Split(std::string_view words) {
  std::vector<std::string> split;
  while (!words.empty()) {
    const size_t bar = std::min(words.find('|'), words.size());
    split.emplace_back(words.substr(0, bar));
    words.remove_prefix(std::min(bar + 1, words.size()));
  }
  return split;
}

// The error for a text that is not an allowed value; empty: it is one. Not for values that are not
// text.
std::string UnknownWord(const Rule& rule, std::string_view value) {
  const std::vector<std::string> words = Split(rule.words);
  if (std::ranges::find(words, value) != words.end()) return "";
  return fmt::format("unknown value \"{}\"; did you mean \"{}\"? Known values: {}", value,
                     base::Nearest(value, words), fmt::join(words, ", "));
}

// The error in `value`; empty: none.
std::string ErrorIn(const Rule& rule, const json::value& value) {
  switch (rule.kind) {
    case Kind::kBool:
      return value.is_bool() ? "" : "expected true or false";
    case Kind::kText:
      return value.is_string() ? "" : "expected a text";
    case Kind::kZone:
    case Kind::kOneOf: {
      if (!value.is_string()) {
        return rule.kind == Kind::kZone ? "expected a text"
                                        : fmt::format("expected one of {}", rule.words);
      }
      const std::string_view word(value.get_string().data(), value.get_string().size());
      return rule.kind == Kind::kZone ? TimeZoneError(word) : UnknownWord(rule, word);
    }
    case Kind::kNumber:
    case Kind::kInteger: {
      const bool whole = value.is_int64() || value.is_uint64();
      const char* const what = rule.kind == Kind::kInteger ? "a whole number" : "a number";
      const bool fits = (whole || (rule.kind == Kind::kNumber && value.is_double())) &&
                        value.to_number<double>() >= rule.least &&
                        value.to_number<double>() <= rule.most;
      return fits ? "" : fmt::format("expected {} from {} to {}", what, rule.least, rule.most);
    }
    case Kind::kObject:
      return value.is_object() ? "" : "expected an object";
    case Kind::kObjectOrNull:
      return value.is_object() || value.is_null() ? "" : "expected an object or null";
  }
  return "";
}

// Every display can read this document, so secrets are rejected.
void CheckSecrets(const json::value& value, const std::string& path,
                  std::vector<rpc::FieldViolation>& violations) {
  if (const json::string* text = value.if_string();
      text != nullptr && base::IsSealedText({text->data(), text->size()})) {
    violations.push_back(
        {path, "contains a sealed secret; every display can read this document, so remove it"});
  }
  if (const json::array* list = value.if_array()) {
    for (size_t i = 0; i < list->size(); ++i) {
      CheckSecrets((*list)[i], fmt::format("{}[{}]", path, i), violations);
    }
  }
  const json::object* object = value.if_object();
  if (object == nullptr) return;
  for (const auto& member : *object) {
    const std::string_view name(member.key().data(), member.key().size());
    const std::string where = path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
    if (base::LooksLikeSecretName(name)) {
      violations.push_back(
          {where,
           "looks like a secret; every display can read this document, so remove it, or "
           "rename it if it is not a secret"});
    } else {
      CheckSecrets(member.value(), where, violations);
    }
  }
}

}  // namespace

void CheckDisplay(const json::object& body, const std::string& where,
                  std::vector<rpc::FieldViolation>& violations,
                  std::vector<rpc::FieldViolation>* unknown) {
  for (const std::string_view key : kForbidden) {
    if (body.contains(json::string_view(key.data(), key.size()))) {
      violations.push_back({where + std::string(key),
                            "is not a display setting; sources have a document of their own"});
    }
  }
  json::object rest = body;  // without the keys rejected above
  for (const std::string_view key : kForbidden) {
    rest.erase(json::string_view(key.data(), key.size()));
  }
  CheckSecrets(rest, "", violations);
  for (const Rule& rule : kRules) {
    const json::value* value = Find(body, rule.path);
    if (value == nullptr) continue;
    std::string complaint = ErrorIn(rule, *value);
    if (complaint.empty()) continue;
    const bool word = rule.kind == Kind::kOneOf && value->is_string();
    auto& list = word && unknown != nullptr ? *unknown : violations;
    list.push_back({where + std::string(rule.path), std::move(complaint)});
  }
}

std::vector<std::string> DisplayPaths() {
  std::vector<std::string> paths;
  for (const Rule& rule : kRules) paths.emplace_back(rule.path);
  return paths;
}

}  // namespace marquee::devices
