// Path templates of google.api.http (google/api/http.proto, "Path template syntax").
#pragma once

#include <absl/status/statusor.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace marquee::gateway {

// "/api/v2/devices/{device.id}:merge". Of the syntax we take what our protos use: literals, and
// variables of one segment.
class PathTemplate {
 public:
  // kInvalidArgument for what we do not take.
  static absl::StatusOr<PathTemplate> Parse(std::string_view text);

  // Field paths and their values, decoded; nullopt when `path` (as received, without query) does
  // not fit.
  std::optional<std::map<std::string, std::string>> Match(std::string_view path) const;

  // Field paths of the variables, in order.
  std::vector<std::string> variables() const;

 private:
  struct Segment {
    std::string text;  // literal, or the field path of a variable
    bool variable = false;
  };
  std::vector<Segment> segments_;
  std::string verb_;  // after the colon, "" without
};

}  // namespace marquee::gateway
