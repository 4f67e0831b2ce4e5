// Reading JSON objects that displays and people send.
#pragma once

#include <absl/status/statusor.h>

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

namespace marquee::gateway {

// The object of a body; an empty body is an empty object. kInvalidArgument: not JSON, nested deeper
// than 32, a number that no double holds, or not an object.
absl::StatusOr<boost::json::object> ParseJsonObject(std::string_view text);

// The text of a field, "" when it is absent or no text; cut at `max_length` bytes, on a whole
// character.
std::string TextField(const boost::json::object& object, std::string_view name, size_t max_length);
// The number of a field, 0 when it is absent or no number.
double NumberField(const boost::json::object& object, std::string_view name);
// The object of a field, null when it is absent or no object.
const boost::json::object* ObjectField(const boost::json::object& object, std::string_view name);

}  // namespace marquee::gateway
