// Converts records of Posterrama's files to values of this service. Pure functions.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <vector>

#include "services/devices/model/device.h"
#include "services/devices/model/group.h"

namespace marquee::devices {

// A record of devices.json. Unset, with a note: no valid id or secret hash.
std::optional<Device> DeviceFromRecord(const boost::json::value& record, absl::Time now,
                                       std::vector<std::string>& notes);

// A record of groups.json or profiles.json. Unset, with a note: the id is not valid in a path.
std::optional<Group> GroupFromRecord(const boost::json::value& record, absl::Time now,
                                     std::vector<std::string>& notes);
std::optional<Profile> ProfileFromRecord(const boost::json::value& record, absl::Time now,
                                         std::vector<std::string>& notes);

// Profiles of Posterrama 3.0.1 have flat keys: cinemaHeaderText, or cinema.header.text, becomes
// cinema: {header: {text}}. Existing nested keys have precedence; unknown keys are kept.
boost::json::object NestedSettings(const boost::json::object& settings);

// The keys of config.json that are display settings, with all leaves.
boost::json::object DisplaySettingsFrom(const boost::json::object& config);

}  // namespace marquee::devices
