// Pages of lists that are read as a whole: the token is the number of entries on earlier pages.
#pragma once

#include <absl/status/statusor.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace marquee::devices {

struct PageRange {
  size_t begin = 0;
  size_t end = 0;          // index after the last entry
  std::string next_token;  // empty on the last page
};

// kInvalidArgument: the size is outside 0 … `most`, or the token is invalid. Size 0 means
// `standard`.
absl::StatusOr<PageRange> PageOf(size_t entries, int page_size, std::string_view page_token,
                                 int standard, int most);

}  // namespace marquee::devices
