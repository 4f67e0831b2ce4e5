#include "libs/cache/frequency_sketch.h"

#include <algorithm>
#include <bit>

#include "libs/cache/mix.h"

namespace marquee::cache {

FrequencySketch::FrequencySketch(size_t expected_keys)
    : mask_(std::bit_ceil(std::max<size_t>(expected_keys, 64)) - 1),
      // Ten requests per key is the sample the TinyLFU paper found to work across traces.
      requests_per_period_(10 * (mask_ + 1)),
      words_(mask_ + 1) {}

FrequencySketch::Position FrequencySketch::At(uint64_t hash, int row) const {
  const uint64_t mixed = Mix(hash + 0x9e3779b97f4a7c15ULL * static_cast<uint64_t>(row + 1));
  // The row owns four of a word's sixteen counters; two further bits choose among them.
  const int counter = row * 4 + static_cast<int>(mixed >> 62);
  return {.word = static_cast<size_t>(mixed) & mask_, .shift = counter * 4};
}

void FrequencySketch::Record(uint64_t hash) {
  for (int row = 0; row < kRows; ++row) {
    const Position place = At(hash, row);
    if (((words_[place.word] >> place.shift) & kMax) < kMax) {
      words_[place.word] += uint64_t{1} << place.shift;
    }
  }
  if (++requests_ >= requests_per_period_) Halve();
}

int FrequencySketch::Estimate(uint64_t hash) const {
  uint64_t least = kMax;
  for (int row = 0; row < kRows; ++row) {
    const Position place = At(hash, row);
    least = std::min(least, (words_[place.word] >> place.shift) & kMax);
  }
  return static_cast<int>(least);
}

void FrequencySketch::Halve() {
  for (uint64_t& word : words_) word = (word >> 1) & 0x7777777777777777ULL;
  requests_ /= 2;
}

}  // namespace marquee::cache
