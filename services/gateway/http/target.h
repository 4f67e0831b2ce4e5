// The target of a request: path and query, decoded strictly.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace marquee::gateway {

// Parameters in the order in which they came. A name may come twice; the first one counts.
class Query {
 public:
  Query() = default;
  explicit Query(std::vector<std::pair<std::string, std::string>> all) : all_(std::move(all)) {}

  // nullopt when the parameter is absent; "" when it is there without a value.
  std::optional<std::string_view> Get(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& all() const { return all_; }

 private:
  std::vector<std::pair<std::string, std::string>> all_;
};

struct Target {
  std::string path;       // decoded; begins with one '/', no ".." segment, no control character
  Query query;            // decoded, '+' is a space
  std::string authority;  // "host:4000" of absolute-form, else ""
};

// Parses origin-form ("/a%20b?x=1") and absolute-form of http and https ("http://host/a").
// kInvalidArgument: authority-form and asterisk-form (we are no tunnel), a broken percent escape,
// bytes that are not UTF-8, a control character, a ".." segment in the path (encoded or not), an
// authority with user information or without a host, an empty or otherwise unusable target.
absl::StatusOr<Target> ParseTarget(std::string_view target);

// kInvalidArgument for "%" not followed by two hex digits.
absl::StatusOr<std::string> PercentDecode(std::string_view text, bool plus_is_space);
// Encodes everything but RFC 3986 unreserved characters.
std::string PercentEncode(std::string_view text);

}  // namespace marquee::gateway
