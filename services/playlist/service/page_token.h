// Where a reader of pages is: in which version of a playlist, and how far.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "services/playlist/model/snapshot.h"

namespace marquee::playlist {

// Entries in one answer, whatever is asked for.
inline constexpr int32_t kLargestPage = 1000;

struct PageToken {
  PlaylistVersion version;
  size_t offset = 0;
};

std::string ToText(const PageToken& token);
// nullopt: none of ours.
std::optional<PageToken> ParsePageToken(std::string_view text);

}  // namespace marquee::playlist
