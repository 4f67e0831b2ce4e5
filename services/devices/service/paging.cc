#include "services/devices/service/paging.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace marquee::devices {

absl::StatusOr<PageRange> PageOf(size_t entries, int page_size, std::string_view page_token,
                                 int standard, int most) {
  if (page_size < 0 || page_size > most) {
    return absl::InvalidArgumentError(
        fmt::format("page_size: expected 1 to {}, or 0 for {}", most, standard));
  }
  size_t begin = 0;
  const char* const end_of_token = page_token.data() + page_token.size();
  const auto [stopped, error] = std::from_chars(page_token.data(), end_of_token, begin);
  if (!page_token.empty() && (error != std::errc() || stopped != end_of_token)) {
    return absl::InvalidArgumentError("page_token: expected a token from an earlier response");
  }
  begin = std::min(begin, entries);
  const auto size = static_cast<size_t>(page_size == 0 ? standard : page_size);
  const size_t end = begin + std::min(size, entries - begin);
  return PageRange{.begin = begin,
                   .end = end,
                   .next_token = end < entries ? fmt::format("{}", end) : std::string()};
}

}  // namespace marquee::devices
