// Position of a reader of pages: the version of a playlist, and an offset.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "services/playlist/model/snapshot.h"

namespace marquee::playlist {

// Maximum number of entries in one response.
inline constexpr int32_t kLargestPage = 1000;

struct PageToken {
  PlaylistVersion version;
  size_t offset = 0;
};

std::string ToText(const PageToken& token);
// nullopt: not a token made by this service.
std::optional<PageToken> ParsePageToken(std::string_view text);

}  // namespace marquee::playlist
