// Uniform random sample of at most n items from a stream of any length, with memory for n.
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

// Each item gets a number derived from its key and the seed, and the n smallest are kept: every
// item has the same probability, the result depends only on the seed and the set of items, not on
// their order, and repeated items count once. Not thread-safe.
class SeededSample {
 public:
  SeededSample(size_t limit, uint64_t seed) : limit_(limit), seed_(seed) {}

  // An item equal to one of `known` is replaced by that object. A repeated key replaces the earlier
  // item.
  void Add(Item item, const ItemPool& known);
  void Remove(std::string_view key);
  // Number of items dropped because of the limit (a repeated item may count twice).
  size_t left_out() const { return left_out_; }
  size_t size() const { return chosen_.size(); }
  uint64_t seed() const { return seed_; }
  // The sample, in the order of the derived numbers: shuffled.
  std::vector<ItemPtr> items() const;

 private:
  std::pair<uint64_t, std::string> PlaceOf(std::string_view key) const;

  size_t limit_;
  uint64_t seed_;
  std::map<std::pair<uint64_t, std::string>, ItemPtr> chosen_;  // by derived number, then key
  size_t left_out_ = 0;
};

// At most `limit` items from several lists: an equal share of each, from its beginning; shares that
// are not used up go to the other lists.
std::vector<ItemPtr> EqualShares(std::vector<std::vector<ItemPtr>> lists, size_t limit);

// A list and its weight relative to others; weight 0: used only when the others are exhausted.
struct WeightedList {
  std::vector<ItemPtr> items;
  double weight = 1;
};
// All items, ordered so that every prefix contains the lists in proportion to their weights until
// they are exhausted.
std::vector<ItemPtr> Blend(std::vector<WeightedList> lists);

}  // namespace marquee::playlist
