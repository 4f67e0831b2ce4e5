// What passes between a program and its decoder process, over a SOCK_SEQPACKET pair, one message a
// packet, both ends of one build. Neither side trusts the other: each checks sizes and ranges.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

namespace marquee::imageproc::sandbox {

// The decoder's end of the pair.
inline constexpr int kSocket = 3;

// With two descriptors (SCM_RIGHTS): the file, and memory for width * height * 4 bytes.
struct Request {
  uint64_t file_bytes = 0;
  int32_t type = 0;  // PictureType
  int32_t width = 0;
  int32_t height = 0;
  int32_t needs_profile = 0;
  int32_t primaries = 2;
  int32_t transfer = 2;
};

// Before the first request (ready), and to each.
struct Reply {
  int32_t ok = 0;
  int32_t width = 0;
  int32_t height = 0;
  int32_t bands = 0;
  std::array<char, 240> message{};  // ends with zero
};

static_assert(std::is_trivially_copyable_v<Request> && std::is_trivially_copyable_v<Reply>);

}  // namespace marquee::imageproc::sandbox
