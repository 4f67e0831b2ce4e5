// Parses the address of a media server as entered by users.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/httpc/url.h"

namespace marquee::playlist {

// Default ports and schemes of a kind of server.
struct UsualPorts {
  uint16_t port = 0;                 // if neither port nor scheme is given
  std::vector<uint16_t> https = {};  // in addition to 443; other ports without a scheme use http
};

// Cleans a pasted token or one read from a file: removes a byte order mark and surrounding spaces
// and line ends, including invisible ones (no-break and zero-width space).
std::string CleanCredential(std::string_view text);
// 1 to 1024 visible ASCII characters, which are valid in a header.
bool IsCredential(std::string_view text);

// Accepts `http://10.0.0.5:8096`, `https://media.example/jellyfin`, `media.example:8920` and
// `media.example`. The path of the result is the server's base path without a trailing slash, so it
// may be empty; there is no query.
// The address of the server's web pages, as copied from a browser
// (`http://10.0.0.5:8096/web/index.html#!/home`, `http://10.0.0.6:32400/web`), is converted to the
// server's address; `hint`, if not null, then explains this, and is empty otherwise.
// kInvalidArgument: not such an address; the message shows an example.
absl::StatusOr<httpc::Url> ParseServerAddress(std::string_view text, const UsualPorts& usual,
                                              std::string* hint = nullptr);

// The path and query of `url` relative to the server at `address`, without parameters that contain
// credentials (api_key, X-Plex-Token); nullopt: the scheme, host or port differ, or it is not below
// the base path.
std::optional<std::string> PathBelow(const httpc::Url& address, std::string_view url);

}  // namespace marquee::playlist
