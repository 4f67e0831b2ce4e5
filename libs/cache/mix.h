// Mixes the bits of a hash: std::hash may give similar keys equal low bits.
#pragma once

#include <cstdint>

namespace marquee::cache {

// The finaliser of splitmix64.
inline uint64_t Mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

}  // namespace marquee::cache
