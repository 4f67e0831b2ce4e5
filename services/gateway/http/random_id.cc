#include "services/gateway/http/random_id.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <utility>

namespace marquee::gateway {

std::string RandomUuid() {
  // Up to 256 bytes come whole once the pool is up, which it is long before we are.
  thread_local std::array<std::array<uint64_t, 2>, 16> drawn{};
  thread_local size_t used = drawn.size();
  if (used == drawn.size()) {
    if (getrandom(drawn.data(), sizeof(drawn), 0) != sizeof(drawn)) std::abort();
    used = 0;
  }
  std::array<uint64_t, 2> bits = std::exchange(drawn[used++], {});
  bits[0] = (bits[0] & ~0xf000ULL) | 0x4000ULL;
  bits[1] = (bits[1] & ~(3ULL << 62U)) | (2ULL << 62U);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", bits[0] >> 32U,
                     (bits[0] >> 16U) & 0xffffU, bits[0] & 0xffffU, bits[1] >> 48U,
                     bits[1] & 0xffffffffffffULL);
}

}  // namespace marquee::gateway
