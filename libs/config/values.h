// Parses and formats values of settings.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace marquee::config {

// "500ms", "10s", "60m", "24h", "7d": a whole number and one unit. kInvalidArgument states the
// expected form without repeating `text`.
absl::StatusOr<absl::Duration> ParseDuration(std::string_view text);

// The same for a field of kind DURATION that Load has accepted; an empty or invalid text is zero.
absl::Duration DurationOf(std::string_view accepted);

struct HostPort {
  std::string host;   // without the brackets of an IPv6 address
  uint16_t port = 0;  // 0: any free one

  // With brackets if the host contains a colon.
  std::string ToString() const;
};

// "127.0.0.1:4000", "[::]:0", "localhost:4000". kInvalidArgument states the expected form without
// repeating `text`.
absl::StatusOr<HostPort> ParseHostPort(std::string_view text);

// OK for an http or https URL with a host and, if present, a valid port.
absl::Status CheckUrl(std::string_view text);

// `url` without user and password; unchanged if there are none.
std::string WithoutUserInfo(std::string_view url);

// OK for valid UTF-8 without control characters, which is safe in a header, a log line or a name.
absl::Status CheckOneLine(std::string_view text);

}  // namespace marquee::config
