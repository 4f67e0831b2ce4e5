#include "services/gateway/http/random_id.h"

#include <sys/random.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace marquee::gateway {
namespace {

// RFC 9562 section 4: 8-4-4-4-12 hex digits. Formatted by hand for speed: every response to a
// client without a cookie carries one.
std::string UuidText(const std::array<uint64_t, 2>& bits) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(36, '-');
  size_t at = 0;
  for (size_t digit = 0; digit < 32; ++digit) {
    if (digit == 8 || digit == 12 || digit == 16 || digit == 20) ++at;
    text[at++] = kDigits[(bits[digit / 16] >> (60 - digit % 16 * 4)) & 15U];
  }
  return text;
}

}  // namespace

std::string RandomUuid() {
  // getrandom() returns up to 256 bytes whole once the pool is initialised, which happens long
  // before this program starts.
  thread_local std::array<std::array<uint64_t, 2>, 16> drawn{};
  thread_local size_t used = drawn.size();
  if (used == drawn.size()) {
    if (getrandom(drawn.data(), sizeof(drawn), 0) != sizeof(drawn)) std::abort();
    used = 0;
  }
  std::array<uint64_t, 2> bits = std::exchange(drawn[used++], {});
  bits[0] = (bits[0] & ~0xf000ULL) | 0x4000ULL;
  bits[1] = (bits[1] & ~(3ULL << 62U)) | (2ULL << 62U);
  return UuidText(bits);
}

}  // namespace marquee::gateway
