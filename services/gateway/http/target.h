// The request target: path and query, strictly decoded.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace marquee::gateway {

// Parameters in the order received. A name may occur several times; the first one is used.
class Query {
 public:
  Query() = default;
  explicit Query(std::vector<std::pair<std::string, std::string>> all) : all_(std::move(all)) {}

  // nullopt if the parameter is absent; "" if it has no value.
  std::optional<std::string_view> Get(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& all() const { return all_; }

 private:
  std::vector<std::pair<std::string, std::string>> all_;
};

struct Target {
  std::string path;  // decoded; begins with one '/', has no ".." segment and no control character
  Query query;       // decoded, '+' is a space
  std::string authority;  // "host:4000" of absolute-form, else ""
};

// Parses origin-form ("/a%20b?x=1") and absolute-form of http and https ("http://host/a").
// kInvalidArgument: authority-form and asterisk-form (this server is not a tunnel), an invalid
// percent escape, bytes that are not UTF-8, a control character, a ".." segment in the path
// (encoded or not), an authority with user information or without a host, an empty target.
absl::StatusOr<Target> ParseTarget(std::string_view target);

// kInvalidArgument for "%" not followed by two hex digits.
absl::StatusOr<std::string> PercentDecode(std::string_view text, bool plus_is_space);
// Encodes everything except the unreserved characters of RFC 3986.
std::string PercentEncode(std::string_view text);

}  // namespace marquee::gateway
