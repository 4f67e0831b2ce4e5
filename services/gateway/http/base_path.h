// The base path: the path below which clients see the server. It is "/wall" where a reverse proxy
// publishes the server as https://home/wall/, and "" at the root of the host.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace marquee::gateway {

// `text` without its trailing slashes; "" for "/" and "". nullopt: the path cannot be used
// unescaped in cookies, redirects and URLs. A valid path begins with one slash, has at most 256
// bytes and consists of non-empty segments of unreserved characters (RFC 3986 section 2.3), none of
// them "." or "..".
std::optional<std::string> ParseBasePath(std::string_view text);

// The part of `path` after `base`: "/wall/image" → "/image", "/wall" → "". nullopt: `path` is not
// below `base`. `base` must not be empty.
std::optional<std::string_view> Below(std::string_view path, std::string_view base);

// `json` with `base` inserted before every string that is a URL path of this server, which is one
// that begins with "/image?", "/media?", "/local-media/", "/local-posterpack?" or
// "/fallback-poster".
std::string PrefixAddresses(std::string json, std::string_view base);

}  // namespace marquee::gateway
