// Settings of displays that people set outside the display document: templates of groups, profiles,
// overrides of devices.
#pragma once

#include <absl/status/status.h>

#include <optional>
#include <string>
#include <string_view>

#include "libs/obs/logger.h"

namespace marquee::devices {

// By the rules of the display document (documents/display_rules.h): keys that are not known are
// kept. kInvalidArgument with violations `FIELD.PATH`: a value that a known key does not take,
// which names the nearest it does; with `accept_unknown` such a word is taken and logged. Time
// zones that do not exist are always refused. A text that is no JSON object passes: its owner
// refuses it.
absl::Status CheckSettings(std::string_view field, const std::optional<std::string>& settings,
                           bool accept_unknown, std::string_view resource, obs::Logger& logger);

}  // namespace marquee::devices
