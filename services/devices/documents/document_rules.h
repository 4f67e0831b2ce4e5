// Validates documents. Unknown keys are accepted: display pages of another version may use them.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>
#include <vector>

#include "libs/rpc/error_info.h"

namespace marquee::devices {

// All invalid fields, at most 100; empty: none. `document_id` is one of model/document.h.
// `unknown`: see CheckDisplay.
std::vector<rpc::FieldViolation> CheckDocument(std::string_view document_id,
                                               const boost::json::object& body,
                                               std::vector<rpc::FieldViolation>* unknown = nullptr);

}  // namespace marquee::devices
