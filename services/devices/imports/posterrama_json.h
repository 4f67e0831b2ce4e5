// Reads fields of Posterrama's JSON files; a field of another type counts as absent.
#pragma once

#include <absl/time/time.h>

#include <boost/json/object.hpp>
#include <string>
#include <vector>

namespace marquee::devices {

// Empty if absent; cut after 256 bytes.
std::string TextOf(const boost::json::object& object, const char* key);
// JSON text of an object; "{}" if absent.
std::string ObjectOf(const boost::json::object& object, const char* key);
// The non-empty strings of a list.
std::vector<std::string> TextsOf(const boost::json::object& object, const char* key);
bool IsTrue(const boost::json::object& object, const char* key);
// RFC 3339; `otherwise` if absent or invalid.
absl::Time TimeOf(const boost::json::object& object, const char* key, absl::Time otherwise);

}  // namespace marquee::devices
