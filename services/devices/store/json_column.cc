#include "services/devices/store/json_column.h"

#include <boost/json.hpp>

namespace marquee::devices {
namespace {

boost::json::value Parse(std::string_view text) {
  boost::system::error_code error;
  boost::json::value parsed = boost::json::parse(text, error);
  return error ? boost::json::value() : parsed;
}

boost::json::object ObjectFrom(std::string_view text) {
  boost::json::value parsed = Parse(text);
  return parsed.is_object() ? std::move(parsed.get_object()) : boost::json::object();
}

void Overlay(boost::json::object& base, boost::json::object&& over) {
  for (auto& [key, value] : over) {
    boost::json::value& slot = base[key];
    if (slot.is_object() && value.is_object()) {
      Overlay(slot.get_object(), std::move(value.get_object()));
    } else {
      slot = std::move(value);
    }
  }
}

}  // namespace

std::string MergeObjects(std::string_view base, std::string_view changes) {
  boost::json::object merged = ObjectFrom(base);
  for (auto& [key, value] : ObjectFrom(changes)) merged[key] = std::move(value);
  return boost::json::serialize(merged);
}

std::string OverlayObjects(std::string_view base, std::string_view over) {
  boost::json::object merged = ObjectFrom(base);
  Overlay(merged, ObjectFrom(over));
  return boost::json::serialize(merged);
}

bool IsObject(std::string_view text) { return Parse(text).is_object(); }

std::string TextsToJson(const std::vector<std::string>& texts) {
  return boost::json::serialize(boost::json::value_from(texts));
}

std::vector<std::string> TextsFromJson(std::string_view text) {
  std::vector<std::string> tags;
  const boost::json::value parsed = Parse(text);
  if (!parsed.is_array()) return tags;
  for (const boost::json::value& tag : parsed.get_array()) {
    if (tag.is_string()) tags.emplace_back(tag.get_string());
  }
  return tags;
}

}  // namespace marquee::devices
