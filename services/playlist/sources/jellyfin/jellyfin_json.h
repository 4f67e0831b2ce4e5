// Small steps over simdjson's on-demand values, shared by the two parsers. Included by .cc files
// only: simdjson is one very large header.
//
// "Absent" covers null and every other type: a vendor's odd field costs that field, not the page.
// An error code that comes back is one of structure, after which nothing more can be read.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "services/playlist/model/text.h"

namespace marquee::playlist {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;

// Calls use(key, value) for each field until it returns an error.
template <class Use>
error_code ForEachField(ondemand::value value, Use&& use) {
  ondemand::object object;
  if (const error_code error = value.get_object().get(object); error != simdjson::SUCCESS) {
    return error == simdjson::INCORRECT_TYPE ? simdjson::SUCCESS : error;
  }
  for (auto next : object) {
    ondemand::field field;
    if (const error_code error = std::move(next).get(field); error != simdjson::SUCCESS)
      return error;
    std::string_view key;
    if (const error_code error = field.unescaped_key().get(key); error != simdjson::SUCCESS) {
      return error;
    }
    if (const error_code error = use(key, field.value()); error != simdjson::SUCCESS) return error;
  }
  return simdjson::SUCCESS;
}

// Calls use(value) for each element until it returns an error.
template <class Use>
error_code ForEachElement(ondemand::value value, Use&& use) {
  ondemand::array array;
  if (const error_code error = value.get_array().get(array); error != simdjson::SUCCESS) {
    return error == simdjson::INCORRECT_TYPE ? simdjson::SUCCESS : error;
  }
  for (auto next : array) {
    ondemand::value element;
    if (const error_code error = std::move(next).get(element); error != simdjson::SUCCESS)
      return error;
    if (const error_code error = use(element); error != simdjson::SUCCESS) return error;
  }
  return simdjson::SUCCESS;
}

inline std::string TextOf(ondemand::value value, size_t max_bytes = 1024) {
  std::string_view text;
  return value.get_string().get(text) == simdjson::SUCCESS ? CleanText(text, max_bytes)
                                                           : std::string();
}

// Numbers of the vendor are at most ticks of 100 ns, which a double holds exactly for 28 years.
inline std::optional<double> NumberOf(ondemand::value value) {
  double number = 0;
  if (value.get_double().get(number) != simdjson::SUCCESS) return std::nullopt;
  return number;
}

inline std::optional<int64_t> IntegerOf(ondemand::value value) {
  const auto number = NumberOf(value);
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (!number || *number < -kExact || *number > kExact) return std::nullopt;
  return static_cast<int64_t>(*number);
}

}  // namespace marquee::playlist
