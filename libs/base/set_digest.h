// Order-independent digest of a set of (name, number) pairs, updated in constant time. Two
// processes compare their sets by it. Not collision-resistant against deliberate input.
#pragma once

#include <cstdint>
#include <string_view>

namespace marquee::base {

class SetDigest {
 public:
  // Adds the pair if it is not in the set, removes it if it is; the caller knows which.
  void Toggle(std::string_view name, int64_t number) {
    // FNV-1a of the name, then the finalizer of SplitMix64 over both
    // (http://www.isthe.com/chongo/tech/comp/fnv, https://prng.di.unimi.it/splitmix64.c).
    uint64_t hash = 0xcbf29ce484222325;
    for (const char c : name) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    hash += static_cast<uint64_t>(number) * 0x9e3779b97f4a7c15;
    hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
    hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
    value_ ^= hash ^ (hash >> 31);
  }

  // Equal for equal sets; 0 for the empty one.
  uint64_t value() const { return value_; }

 private:
  uint64_t value_ = 0;
};

}  // namespace marquee::base
