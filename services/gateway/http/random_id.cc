#include "services/gateway/http/random_id.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace marquee::gateway {

std::string RandomUuid() {
  std::array<uint64_t, 2> bits{};
  // Up to 256 bytes come whole once the pool is up, which it is long before we are.
  if (getrandom(bits.data(), sizeof(bits), 0) != sizeof(bits)) std::abort();
  bits[0] = (bits[0] & ~0xf000ULL) | 0x4000ULL;
  bits[1] = (bits[1] & ~(3ULL << 62U)) | (2ULL << 62U);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", bits[0] >> 32U,
                     (bits[0] >> 16U) & 0xffffU, bits[0] & 0xffffU, bits[1] >> 48U,
                     bits[1] & 0xffffffffffffULL);
}

}  // namespace marquee::gateway
