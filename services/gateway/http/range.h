// Byte ranges (RFC 9110 section 14). One range a request: several are answered with the whole
// body, as the RFC allows, because nobody who shows posters asks for them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace marquee::gateway {

struct ByteRange {
  uint64_t first = 0;
  uint64_t last = 0;  // inclusive

  uint64_t length() const { return last - first + 1; }
};

enum class RangeVerdict {
  kNone,           // no usable range asked for: answer 200 with everything
  kSatisfiable,    // answer 206
  kUnsatisfiable,  // answer 416
};

// Reads a Range field for a body of `size` bytes. `range` is set when kSatisfiable.
RangeVerdict ParseRange(std::string_view field, uint64_t size, ByteRange& range);

// A Range field before the size is known, for passing on to whoever has the bytes. One of the two
// ends may be open: "bytes=5-" has no last, "bytes=-5" no first.
struct RangeRequest {
  std::optional<uint64_t> first;
  std::optional<uint64_t> last;  // with `first`: inclusive end; without: length of the suffix
};
std::optional<RangeRequest> ParseRangeRequest(std::string_view field);

}  // namespace marquee::gateway
