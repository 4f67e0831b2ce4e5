// The path below which clients see the server: "/wall" where a reverse proxy shows it as
// https://home/wall/. "" is the root of the host.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace marquee::gateway {

// `text` without its trailing slashes, "" for "/" and "". nullopt: not a path that can be put into
// cookies, redirects and addresses as it is: it must begin with one slash and consist of segments
// of unreserved characters (RFC 3986 section 2.3), none of them empty, "." or "..", 256 bytes at
// most.
std::optional<std::string> ParseBasePath(std::string_view text);

// What is left of `path` below `base`: "/wall/image" → "/image", "/wall" → "". nullopt: not below
// it. `base` is not empty.
std::optional<std::string_view> Below(std::string_view path, std::string_view base);

// `json` with `base` put before every text in it that is an address of the server: one that begins
// with "/image?", "/media?", "/local-media/", "/local-posterpack?" or "/fallback-poster".
std::string PrefixAddresses(std::string json, std::string_view base);

}  // namespace marquee::gateway
