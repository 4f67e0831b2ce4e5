// What a display is set to, as a pure function of what people set: base ← groups by order ←
// profile ← the device's own override. Objects merge key by key at every depth; arrays, texts and
// numbers replace one another.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "services/devices/model/device.h"
#include "services/devices/model/group.h"

namespace marquee::devices {

// Everything that settings are made from, beside the device.
struct SettingsSources {
  boost::json::object base;  // the display document
  std::vector<Group> groups;
  std::vector<Profile> profiles;
};

// Groups of equal order apply in the order in which the device names them. Ids that no group or
// profile has count for nothing.
boost::json::object EffectiveSettings(const SettingsSources& sources, const Device& device);

// Lays `over` on `base`.
void LayOver(boost::json::object& base, const boost::json::object& over);

// "screensaver", "wallart" or "cinema", as displays decide it: `mode` if it is one of the three,
// else cinemaMode, else wallartMode.enabled, else the screensaver.
std::string DisplayMode(const boost::json::object& settings);

// The top-level keys whose values differ, with the later values; null stands for a leaf, at any
// depth, that is gone.
boost::json::object ChangedKeys(const boost::json::object& before,
                                const boost::json::object& after);

// The object with the keys of every depth sorted: equal settings, equal text.
std::string CanonicalJson(const boost::json::object& settings);

// Names a body by its canonical text: 32 hex digits of its SHA-256.
std::string ContentHash(std::string_view canonical_json);

// The object of a text; text that is no JSON object counts as {}.
boost::json::object ObjectOf(std::string_view json);

}  // namespace marquee::devices
