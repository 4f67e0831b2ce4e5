#include "services/gateway/model/json_reader.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <cmath>

namespace marquee::gateway {
namespace {

namespace json = boost::json;

const json::value* Field(const json::object& object, std::string_view name) {
  return object.if_contains(json::string_view(name.data(), name.size()));
}

// The library parses 1e880 as infinity and 0e880 as NaN, and would write both as invalid JSON.
bool IsOutOfRange(const json::value& value) {
  if (const double* number = value.if_double()) return !std::isfinite(*number);
  if (const json::array* array = value.if_array()) return std::ranges::any_of(*array, IsOutOfRange);
  const json::object* object = value.if_object();
  return object != nullptr && std::ranges::any_of(*object, [](const auto& field) {
           return IsOutOfRange(field.value());
         });
}

}  // namespace

absl::StatusOr<json::object> ParseJsonObject(std::string_view text) {
  if (text.empty()) return json::object();
  boost::system::error_code ec;
  json::value value = json::parse(json::string_view(text.data(), text.size()), ec);
  if (ec) return absl::InvalidArgumentError("the body is not valid JSON");
  if (IsOutOfRange(value)) {
    return absl::InvalidArgumentError("a number of the body is out of range: ±1.8e308");
  }
  if (!value.is_object()) return absl::InvalidArgumentError("the body must be a JSON object");
  return std::move(value.as_object());
}

std::string TextField(const json::object& object, std::string_view name, size_t max_length) {
  const json::value* value = Field(object, name);
  if (value == nullptr || !value->is_string()) return {};
  std::string text(value->as_string().data(), value->as_string().size());
  if (text.size() > max_length) {
    while (max_length > 0 && (static_cast<unsigned char>(text[max_length]) & 0xc0U) == 0x80) {
      --max_length;
    }
    text.resize(max_length);
  }
  return text;
}

double NumberField(const json::object& object, std::string_view name) {
  const json::value* value = Field(object, name);
  if (value == nullptr || !value->is_number()) return 0;
  return value->to_number<double>();
}

const json::object* ObjectField(const json::object& object, std::string_view name) {
  const json::value* value = Field(object, name);
  return value == nullptr ? nullptr : value->if_object();
}

}  // namespace marquee::gateway
