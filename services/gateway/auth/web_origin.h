// Origins of web pages (RFC 6454), as browsers write them in Origin: "https://wall.example:8443".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace marquee::gateway {

struct WebOrigin {
  std::string scheme;  // in lower case
  std::string host;    // in lower case, IPv6 addresses in brackets
  uint16_t port = 0;   // the scheme's default if none is given; 0 for schemes without one

  // nullopt: not an origin. "null" is not one, nor is a URL with a path.
  static std::optional<WebOrigin> Parse(std::string_view text);
  // The origin of a URL, without path, query and user name: "http://me@host/a" → http://host.
  static std::optional<WebOrigin> OfUrl(std::string_view url);

  // As browsers write it: without the scheme's default port.
  std::string Text() const;
  bool operator==(const WebOrigin&) const = default;
};

// "host", "host:port", "[::1]:port" as in Host and X-Forwarded-Host.
struct Authority {
  std::string host;              // in lower case, IPv6 addresses in brackets
  std::optional<uint16_t> port;  // nullopt: the default port of the scheme in use

  static std::optional<Authority> Parse(std::string_view text);
};

// 80 and 443; 0 for other schemes.
uint16_t DefaultPort(std::string_view scheme);

}  // namespace marquee::gateway
