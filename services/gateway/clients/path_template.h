// Path templates of google.api.http (google/api/http.proto, "Path template syntax").
#pragma once

#include <absl/status/statusor.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace marquee::gateway {

// Example: "/api/v2/devices/{device.id}:merge". Supports the part of the syntax that the project's
// protos use: literals, and variables of one segment.
class PathTemplate {
 public:
  // kInvalidArgument: unsupported or invalid syntax.
  static absl::StatusOr<PathTemplate> Parse(std::string_view text);

  // The field paths and their decoded values; nullopt if `path` (as received, without query) does
  // not match.
  std::optional<std::map<std::string, std::string>> Match(std::string_view path) const;

  // Field paths of the variables, in order.
  std::vector<std::string> variables() const;

 private:
  struct Segment {
    std::string text;  // literal, or the field path of a variable
    bool variable = false;
  };
  std::vector<Segment> segments_;
  std::string verb_;  // after the colon; "" if there is none
};

}  // namespace marquee::gateway
