// Approximate request frequency per key, in four-bit counters: a count-min sketch of four rows
// whose counters are halved periodically, so that old popularity fades. (Einziger, Friedman, Manes:
// TinyLFU, ACM ToS 2017, sections 3.2 and 3.3.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace marquee::cache {

// Not thread-safe: guarded by the lock of the policy that uses it.
class FrequencySketch {
 public:
  // Sized for about `expected_keys` distinct keys at a time: 8 bytes of memory each. More keys
  // only make the counts less precise.
  explicit FrequencySketch(size_t expected_keys);

  // Counts one request for the key with this hash, up to 15.
  void Record(uint64_t hash);
  // 0…15; never less than the true count since the last halvings, sometimes more.
  int Estimate(uint64_t hash) const;

 private:
  static constexpr int kRows = 4;
  static constexpr uint64_t kMax = 15;

  // Position of a row's counter: word index and bit shift.
  struct Position {
    size_t word;
    int shift;
  };
  Position At(uint64_t hash, int row) const;
  void Halve();

  const size_t mask_;                   // words - 1, words being a power of two
  const uint64_t requests_per_period_;  // after this many, every counter is halved
  uint64_t requests_ = 0;
  std::vector<uint64_t> words_;  // sixteen counters each, four of every row
};

}  // namespace marquee::cache
