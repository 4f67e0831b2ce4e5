// The words that settings are written in, and what they mean.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace marquee::config {

// "500ms", "10s", "60m", "24h", "7d": a whole number and one unit. kInvalidArgument says what was
// expected, without repeating `text`.
absl::StatusOr<absl::Duration> ParseDuration(std::string_view text);

// The same for a field of kind DURATION that Load has accepted: an empty one is zero. A text that
// Load would have refused is zero, too.
absl::Duration DurationOf(std::string_view accepted);

struct HostPort {
  std::string host;   // without the brackets of an IPv6 address
  uint16_t port = 0;  // 0: any free one

  // With the brackets, where there is a colon in the host.
  std::string ToString() const;
};

// "127.0.0.1:4000", "[::]:0", "localhost:4000". kInvalidArgument says what was expected, without
// repeating `text`.
absl::StatusOr<HostPort> ParseHostPort(std::string_view text);

// OK for an http or https URL with a host, and with a sensible port if it has one.
absl::Status CheckUrl(std::string_view text);

// `url` without a user and password before the host; unchanged where there are none.
std::string WithoutUserInfo(std::string_view url);

// OK for valid UTF-8 without control characters: what may stand in a header, a log line, a name.
absl::Status CheckOneLine(std::string_view text);

}  // namespace marquee::config
