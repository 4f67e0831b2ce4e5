// The paths by which artwork is asked for, from a picture's address to the source that has it. The
// gateway, the image service and the playlist service all refuse what this refuses, so that no
// service publishes an address that another one does not take.
#pragma once

#include <cstddef>
#include <string_view>

namespace marquee::base {

// Room for four names of 255 bytes, the most that Linux has, and a query.
inline constexpr size_t kMaxArtworkPathBytes = 2048;

// What is wrong with `path`, as half a sentence behind its name ("must begin with a slash"); empty:
// nothing is. It begins with one `/`, is at most kMaxArtworkPathBytes long, has no `\` before its
// query, no control character and no `..` between `/`, `\` and `?`; the last two neither as it is
// nor percent-decoded once, as a careless server would.
std::string_view ArtworkPathFault(std::string_view path);

}  // namespace marquee::base
