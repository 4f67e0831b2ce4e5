// Reproducible random numbers: the distributions of <random> may differ between standard libraries,
// and the demo library must be the same on every host.
#pragma once

#include <cstdint>

namespace marquee::demo {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  // Uniform in [low, high).
  double In(double low, double high) {
    return low + (high - low) * (static_cast<double>(Next() >> 11) * 0x1.0p-53);
  }
  // Uniform in 0 … count - 1; count > 0.
  int Below(int count) { return static_cast<int>(Next() % static_cast<uint64_t>(count)); }

 private:
  uint64_t Next() {  // splitmix64
    uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

  uint64_t state_;
};

}  // namespace marquee::demo
