// The settings of displays: types and ranges as the display protocol has them.
#pragma once

#include <boost/json/object.hpp>
#include <vector>

#include "libs/rpc/error_info.h"

namespace marquee::devices {

void CheckDisplay(const boost::json::object& body, std::vector<rpc::FieldViolation>& violations);

}  // namespace marquee::devices
