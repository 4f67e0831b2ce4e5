// The settings of displays: types and ranges as the display protocol has them.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "libs/rpc/error_info.h"

namespace marquee::devices {

// Keys that are not known are let through. A word that a known key does not take names the nearest
// that it does: in `unknown` when given, since a later version of the displays may take it, else in
// `violations`. Time zones that do not exist are violations always. `where` stands before each
// path.
void CheckDisplay(const boost::json::object& body, const std::string& where,
                  std::vector<rpc::FieldViolation>& violations,
                  std::vector<rpc::FieldViolation>* unknown);

// Paths of the settings that are checked, keys joined by dots.
std::vector<std::string> DisplayPaths();

}  // namespace marquee::devices
