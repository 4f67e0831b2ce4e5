// Where a Jellyfin or Emby server is, as people write it.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <string_view>

#include "libs/httpc/url.h"

namespace marquee::playlist {

// Accepts `http://10.0.0.5:8096`, `https://media.example/jellyfin`, `media.example:8920` and
// `media.example`. Without a scheme it is https on the ports 443 and 8920 and http otherwise;
// without scheme and port it is port 8096. The path of the answer is the server's base path
// without a slash at its end, so it may be empty; it has no query.
// kInvalidArgument: not such an address; says what one looks like.
absl::StatusOr<httpc::Url> ParseServerAddress(std::string_view text);

// The path and query of `url` below the server at `address`, without an api_key; nullopt when it is
// not a URL of that very scheme, host and port, or not below its base path.
std::optional<std::string> PathBelow(const httpc::Url& address, std::string_view url);

}  // namespace marquee::playlist
