// A fair choice of at most n items out of a listing of any length, in memory for n.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "services/playlist/model/item_pool.h"
#include "services/playlist/model/snapshot.h"

namespace marquee::playlist {

// Each item draws a number out of its key and the seed, and the n smallest stay: every item has the
// same chance, the choice does not depend on the order of the listing, one seed gives one choice,
// and an item seen twice counts once. Not thread-safe.
class SeededSample {
 public:
  SeededSample(size_t limit, uint64_t seed) : limit_(limit), seed_(seed) {}

  // One that equals an item of `known` becomes that very object. An item seen before is replaced.
  void Add(Item item, const ItemPool& known);
  void Remove(std::string_view key);
  // How many items were left out because of the limit (an item seen twice may count twice).
  size_t left_out() const { return left_out_; }
  size_t size() const { return chosen_.size(); }
  uint64_t seed() const { return seed_; }
  // The choice, in the order of the numbers drawn: shuffled.
  std::vector<ItemPtr> items() const;

 private:
  std::pair<uint64_t, std::string> PlaceOf(std::string_view key) const;

  size_t limit_;
  uint64_t seed_;
  std::map<std::pair<uint64_t, std::string>, ItemPtr> chosen_;  // by number, then key
  size_t left_out_ = 0;
};

// At most `limit` items out of several lists: an equal share of each, from its beginning, and what
// one does not need goes to the others.
std::vector<ItemPtr> EqualShares(std::vector<std::vector<ItemPtr>> lists, size_t limit);

// A list and how large its part is beside others; 0: only when the others have no more.
struct WeightedList {
  std::vector<ItemPtr> items;
  double weight = 1;
};
// All items in an order of which every beginning has the lists in proportion to their weights, as
// long as they last.
std::vector<ItemPtr> Blend(std::vector<WeightedList> lists);

}  // namespace marquee::playlist
