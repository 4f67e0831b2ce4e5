#include "services/playlist/service/page_token.h"

#include <fmt/format.h>

#include <charconv>

namespace marquee::playlist {

std::string ToText(const PageToken& token) {
  return fmt::format("{:x}-{:x}-{:x}", token.version.fence, token.version.sequence, token.offset);
}

std::optional<PageToken> ParsePageToken(std::string_view text) {
  PageToken token;
  uint64_t offset = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (uint64_t* value : {&token.version.fence, &token.version.sequence, &offset}) {
    if (value != &token.version.fence) {
      if (at == end || *at != '-') return std::nullopt;
      ++at;
    }
    const auto [next, error] = std::from_chars(at, end, *value, 16);
    if (error != std::errc()) return std::nullopt;
    at = next;
  }
  if (at != end) return std::nullopt;
  token.offset = offset;
  return token;
}

}  // namespace marquee::playlist
