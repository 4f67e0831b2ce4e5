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

// A token as people paste it, or as a file holds it: without a byte order mark, blanks and line
// ends around it, the invisible ones (no-break and zero-width space) included.
std::string CleanCredential(std::string_view text);
// 1 to 1024 visible ASCII characters: what fits in a header.
bool IsCredential(std::string_view text);

// Accepts `http://10.0.0.5:8096`, `https://media.example/jellyfin`, `media.example:8920` and
// `media.example`. The path of the answer is the server's base path without a slash at its end, so
// it may be empty; it has no query.
// The address of the server's own web pages, as people paste it out of a browser
// (`http://10.0.0.5:8096/web/index.html#!/home`, `http://10.0.0.6:32400/web`), is taken for the
// server's; `hint`, where it is not null, then says so, and is emptied otherwise.
// kInvalidArgument: not such an address; says what one looks like.
absl::StatusOr<httpc::Url> ParseServerAddress(std::string_view text, const UsualPorts& usual,
                                              std::string* hint = nullptr);

// The path and query of `url` below the server at `address`, without the parameters that hold
// credentials (api_key, X-Plex-Token); nullopt when it is not a URL of that very scheme, host and
// port, or not below its base path.
std::optional<std::string> PathBelow(const httpc::Url& address, std::string_view url);

}  // namespace marquee::playlist
