#include "services/gateway/http/request_id.h"

#include <atomic>
#include <random>

namespace marquee::gateway {

uint64_t NextRequestId() {
  static const uint64_t seed = std::random_device{}() * 0x9e3779b97f4a7c15ULL;
  static std::atomic<uint64_t> count{0};
  // The finaliser of splitmix64, which is a bijection.
  uint64_t x = seed + count.fetch_add(1, std::memory_order_relaxed);
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31U);
}

}  // namespace marquee::gateway
