// A fair choice of at most n items out of a listing of any length, in memory for n.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "services/playlist/model/item.h"

namespace marquee::playlist {

// Each item draws a number out of its key and the seed, and the n smallest stay: every item has the
// same chance, the choice does not depend on the order of the listing, one seed gives one choice,
// and an item seen twice counts once. Not thread-safe.
class SeededSample {
 public:
  SeededSample(size_t limit, uint64_t seed) : limit_(limit), seed_(seed) {}

  void Add(Item item);
  // How many items were left out because of the limit (an item seen twice may count twice).
  size_t left_out() const { return left_out_; }
  // The choice, in the order of the numbers drawn: shuffled.
  std::vector<Item> Take();

 private:
  const size_t limit_;
  const uint64_t seed_;
  std::map<std::pair<uint64_t, std::string>, Item> chosen_;  // by number, then key
  size_t left_out_ = 0;
};

}  // namespace marquee::playlist
