// Absolute http and https URLs, taken apart by the same parser that later connects (libcurl's), so
// that what was checked and what is contacted cannot differ.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace marquee::httpc {

struct Url {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case; an IPv6 literal keeps its brackets
  uint16_t port = 0;   // the scheme's own when the text named none
  std::string path;    // begins with '/', dot segments removed, still percent-encoded
  std::string query;   // without the '?', still percent-encoded; often holds secrets

  // kInvalidArgument: not an absolute http(s) URL, or one with a user name or password in it.
  // A fragment is dropped. The message never repeats the text.
  static absl::StatusOr<Url> Parse(std::string_view text);

  // The whole URL; for the wire, never for a message.
  std::string ToString() const;
  // `http://10.0.0.5:8096`: scheme, host, and the port where it is not the scheme's own.
  std::string Origin() const;
  // `http://10.0.0.5:8096/Items?…`: fit for logs and errors, the query is left out.
  std::string DebugString() const;
  // `10.0.0.5:8096`
  std::string HostAndPort() const;
};

// RFC 3986 percent-encoding of everything but unreserved characters (A–Z a–z 0–9 - . _ ~) and
// those in `keep`.
std::string PercentEncode(std::string_view text, std::string_view keep = "");

// The reverse; a '%' that starts no two hex digits stays as it is. '+' stays '+'.
std::string PercentDecode(std::string_view text);

}  // namespace marquee::httpc
