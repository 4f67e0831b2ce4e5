// Pages of lists that are read as a whole: the token is the number of entries that came before.
#pragma once

#include <absl/status/statusor.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace marquee::devices {

struct PageRange {
  size_t begin = 0;
  size_t end = 0;          // of the entries, one behind the last
  std::string next_token;  // empty on the last page
};

// kInvalidArgument: a size out of 0 … `most`, or a token that no earlier answer gave. Size 0 means
// `standard`.
absl::StatusOr<PageRange> PageOf(size_t entries, int page_size, std::string_view page_token,
                                 int standard, int most);

}  // namespace marquee::devices
