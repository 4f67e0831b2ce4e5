// Computes the effective settings of a display as a pure function: base ← groups by order ← profile
// ← the device's override. Objects merge key by key at every depth; arrays, texts and numbers
// replace each other.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "services/devices/model/device.h"
#include "services/devices/model/group.h"

namespace marquee::devices {

// All inputs of the settings except the device.
struct SettingsSources {
  boost::json::object base;  // the display document
  std::vector<Group> groups;
  std::vector<Profile> profiles;
};

// Groups of equal order apply in the order in which the device lists them. Ids without a group or
// profile are ignored.
boost::json::object EffectiveSettings(const SettingsSources& sources, const Device& device);

// Merges `over` into `base`; `over` has precedence.
void MergeInto(boost::json::object& base, const boost::json::object& over);

// "screensaver", "wallart" or "cinema", by the same rule as displays: `mode` if it is one of the
// three, else cinemaMode, else wallartMode.enabled, else the screensaver.
std::string DisplayMode(const boost::json::object& settings);

// The top-level keys whose values differ, with the later values; null stands for a removed leaf, at
// any depth.
boost::json::object ChangedKeys(const boost::json::object& before,
                                const boost::json::object& after);

// The object as text with sorted keys at every depth: equal settings give equal text.
std::string CanonicalJson(const boost::json::object& settings);

// Hash of a canonical text: 32 hex digits of its SHA-256.
std::string ContentHash(std::string_view canonical_json);

// Parses a JSON object; any other text gives {}.
boost::json::object ObjectOf(std::string_view json);

}  // namespace marquee::devices
