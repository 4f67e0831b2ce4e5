// Presets and sources: documents that are a list of named things.
#pragma once

#include <boost/json/object.hpp>
#include <vector>

#include "libs/rpc/error_info.h"

namespace marquee::devices {

// {"presets": [{"key", "name"?, "description"?, "overrides"?}]}; overrides and `unknown` as
// CheckDisplay has them.
void CheckPresets(const boost::json::object& body, std::vector<rpc::FieldViolation>& violations,
                  std::vector<rpc::FieldViolation>* unknown);

// {"sources": [{"name", "type", …}]}; what else a source of its type needs is checked by the
// playlist service, which knows the types; here only what would make it unusable for everybody.
void CheckSources(const boost::json::object& body, std::vector<rpc::FieldViolation>& violations);

}  // namespace marquee::devices
