// Byte ranges (RFC 9110 section 14). One range per request: a request for several gets the whole
// body, as the RFC allows, because displays never send one.
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
  kNone,           // no usable range: answer 200 with the whole body
  kSatisfiable,    // answer 206
  kUnsatisfiable,  // answer 416
};

// Parses a Range field for a body of `size` bytes. `range` is set if kSatisfiable.
RangeVerdict ParseRange(std::string_view field, uint64_t size, ByteRange& range);

// A Range field parsed before the size is known, to be forwarded to the service that has the bytes.
// One end may be open: "bytes=5-" has no last, "bytes=-5" no first.
struct RangeRequest {
  std::optional<uint64_t> first;
  std::optional<uint64_t>
      last;  // with `first`: the inclusive end; without: the length of the suffix
};
std::optional<RangeRequest> ParseRangeRequest(std::string_view field);

}  // namespace marquee::gateway
