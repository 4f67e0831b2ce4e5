// Validates presets and sources: documents that consist of a list of named entries.
#pragma once

#include <boost/json/object.hpp>
#include <vector>

#include "libs/rpc/error_info.h"

namespace marquee::devices {

// {"presets": [{"key", "name"?, "description"?, "overrides"?}]}; overrides and `unknown` as in
// CheckDisplay.
void CheckPresets(const boost::json::object& body, std::vector<rpc::FieldViolation>& violations,
                  std::vector<rpc::FieldViolation>* unknown);

// {"sources": [{"name", "type", …}]}. Checks only what would make an entry unusable; the playlist
// service checks the other fields, since it knows the source types.
void CheckSources(const boost::json::object& body, std::vector<rpc::FieldViolation>& violations);

}  // namespace marquee::devices
