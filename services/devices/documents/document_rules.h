// What a document may hold. Unknown keys are let through: displays of another version may know
// them.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>
#include <vector>

#include "libs/rpc/error_info.h"

namespace marquee::devices {

// Every field that is wrong, at most 100 of them; empty: none. `document_id` is one of
// model/document.h.
// `unknown`: see CheckDisplay.
std::vector<rpc::FieldViolation> CheckDocument(std::string_view document_id,
                                               const boost::json::object& body,
                                               std::vector<rpc::FieldViolation>* unknown = nullptr);

}  // namespace marquee::devices
