// Parses JSON objects from request bodies and frames.
#pragma once

#include <absl/status/statusor.h>

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

namespace marquee::gateway {

// The object of a body; an empty body is an empty object. kInvalidArgument: not JSON, nested deeper
// than 32 levels, a number outside the range of double, or not an object.
absl::StatusOr<boost::json::object> ParseJsonObject(std::string_view text);

// The text of a field, "" if it is absent or not text; truncated to `max_length` bytes at a
// character boundary.
std::string TextField(const boost::json::object& object, std::string_view name, size_t max_length);
// The number of a field, 0 if it is absent or not a number.
double NumberField(const boost::json::object& object, std::string_view name);
// The object of a field, null if it is absent or not an object.
const boost::json::object* ObjectField(const boost::json::object& object, std::string_view name);

}  // namespace marquee::gateway
