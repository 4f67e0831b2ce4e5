// Messages between a program and its decoder process, over a SOCK_SEQPACKET pair, one message per
// packet; both sides are from the same build. Neither side trusts the other: each checks sizes and
// ranges.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

namespace marquee::imageproc::sandbox {

// Descriptor of the socket in the decoder process.
inline constexpr int kSocket = 3;

// Sent with two descriptors (SCM_RIGHTS): the file, and memory for width * height * 4 bytes.
struct Request {
  uint64_t file_bytes = 0;
  int32_t type = 0;  // ImageType
  int32_t width = 0;
  int32_t height = 0;
  int32_t needs_profile = 0;
  int32_t primaries = 2;
  int32_t transfer = 2;
};

// Sent once before the first request (ready), and as the reply to each request.
struct Reply {
  int32_t ok = 0;
  int32_t width = 0;
  int32_t height = 0;
  int32_t bands = 0;
  std::array<char, 240> message{};  // null-terminated
};

static_assert(std::is_trivially_copyable_v<Request> && std::is_trivially_copyable_v<Reply>);

}  // namespace marquee::imageproc::sandbox
