// Validates display settings: types and ranges as defined by the display protocol.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "libs/rpc/error_info.h"

namespace marquee::devices {

// Unknown keys are accepted. For a known key, an unknown value is reported with the nearest known
// one: in `unknown` if given, since a later version of the display page may accept it, else in
// `violations`. Unknown time zones are always violations. `where` is prepended to each path.
void CheckDisplay(const boost::json::object& body, const std::string& where,
                  std::vector<rpc::FieldViolation>& violations,
                  std::vector<rpc::FieldViolation>* unknown);

// Paths of the validated settings, keys joined by dots.
std::vector<std::string> DisplayPaths();

}  // namespace marquee::devices
