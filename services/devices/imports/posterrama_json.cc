#include "services/devices/imports/posterrama_json.h"

#include <boost/json/serialize.hpp>
#include <cstddef>

namespace marquee::devices {
namespace {

namespace json = boost::json;

constexpr size_t kLongestText = 256;

}  // namespace

std::string TextOf(const json::object& object, const char* key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(value->get_string()).substr(0, kLongestText);
}

std::string ObjectOf(const json::object& object, const char* key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_object() ? json::serialize(*value) : "{}";
}

std::vector<std::string> TextsOf(const json::object& object, const char* key) {
  std::vector<std::string> texts;
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_array()) return texts;
  for (const json::value& member : value->get_array()) {
    if (member.is_string() && !member.get_string().empty()) texts.emplace_back(member.get_string());
  }
  return texts;
}

bool IsTrue(const json::object& object, const char* key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

absl::Time TimeOf(const json::object& object, const char* key, absl::Time otherwise) {
  absl::Time time;
  std::string error;
  const std::string text = TextOf(object, key);
  return !text.empty() && absl::ParseTime(absl::RFC3339_full, text, &time, &error) ? time
                                                                                   : otherwise;
}

}  // namespace marquee::devices
