// Absolute http and https URLs, parsed by libcurl, which also connects: what is checked and what is
// contacted cannot differ.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace marquee::httpc {

struct Url {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case; an IPv6 literal keeps its brackets
  uint16_t port = 0;   // the default of the scheme if the text has none
  std::string path;    // begins with '/', dot segments removed, still percent-encoded
  std::string query;   // without the '?', still percent-encoded; often holds secrets

  // kInvalidArgument: not an absolute http(s) URL, or it contains a user name or password. A
  // fragment is dropped. The message never repeats the text.
  static absl::StatusOr<Url> Parse(std::string_view text);

  // The whole URL, for requests only: it may contain secrets.
  std::string ToString() const;
  // `http://10.0.0.5:8096`: scheme, host, and the port unless it is the default of the scheme.
  std::string Origin() const;
  // `http://10.0.0.5:8096/Items?…`: for logs and errors, without the query.
  std::string DebugString() const;
  // `10.0.0.5:8096`
  std::string HostAndPort() const;
};

// RFC 3986 percent-encoding of everything but unreserved characters (A–Z a–z 0–9 - . _ ~) and
// those in `keep`.
std::string PercentEncode(std::string_view text, std::string_view keep = "");

// The reverse. A '%' that is not followed by two hex digits, and '+', are kept.
std::string PercentDecode(std::string_view text);

}  // namespace marquee::httpc
