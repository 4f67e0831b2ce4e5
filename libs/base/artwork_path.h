// Validates the paths by which artwork is requested. The gateway, the image service and the
// playlist service apply the same rules, so that no service publishes an address that another one
// rejects.
#pragma once

#include <cstddef>
#include <string_view>

namespace marquee::base {

// Four names of 255 bytes (the maximum of Linux) and a query.
inline constexpr size_t kMaxArtworkPathBytes = 2048;

// Returns the error in `path` as half a sentence ("must begin with a slash"); empty: valid. A valid
// path begins with exactly one `/`, is at most kMaxArtworkPathBytes long, and has no `\` before its
// query, no control character, and no `..` segment between `/`, `\` and `?`. The last two rules are
// also applied to the percent-decoded path, as a lenient server would decode it.
std::string_view ArtworkPathFault(std::string_view path);

}  // namespace marquee::base
