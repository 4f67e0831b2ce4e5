// Where a media server is, as people write it.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/httpc/url.h"

namespace marquee::playlist {

// What an address without a port or a scheme means for a kind of server.
struct UsualPorts {
  uint16_t port = 0;                 // where neither is written
  std::vector<uint16_t> https = {};  // beside 443; other ports without a scheme are http
};

// Accepts `http://10.0.0.5:8096`, `https://media.example/jellyfin`, `media.example:8920` and
// `media.example`. The path of the answer is the server's base path without a slash at its end, so
// it may be empty; it has no query.
// kInvalidArgument: not such an address; says what one looks like.
absl::StatusOr<httpc::Url> ParseServerAddress(std::string_view text, const UsualPorts& usual);

// The path and query of `url` below the server at `address`, without the parameters that hold
// credentials (api_key, X-Plex-Token); nullopt when it is not a URL of that very scheme, host and
// port, or not below its base path.
std::optional<std::string> PathBelow(const httpc::Url& address, std::string_view url);

}  // namespace marquee::playlist
