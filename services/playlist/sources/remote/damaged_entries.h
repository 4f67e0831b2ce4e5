// Entries of a listing that had to be left out because they cannot be read: how many, and which.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace marquee::playlist {

// Not thread-safe. Memory is bounded however many there are.
class DamagedEntries {
 public:
  static constexpr size_t kRemembered = 1000;  // told apart; later ones are only counted
  static constexpr size_t kNamed = 5;          // in Describe()

  // `index`: of the entry in its listing, from 0; `text`: what there is of it.
  void Add(size_t index, std::string_view text);
  // Those of an answer whose first entry has the index `first`. One with the same text as one that
  // is there already is the same entry, which two overlapping answers had.
  void Merge(const DamagedEntries& other, size_t first);

  size_t count() const { return count_; }
  // `2 entries cannot be read and are left out: entry 17 ("Amélie"), entry 40 ("{\"Id\":\"5…")`.
  // Empty when there are none. Says what to do.
  std::string Describe() const;

 private:
  struct Entry {
    size_t index;
    uint64_t hash;
    std::string start;  // of its title, else of its text
  };
  void Add(Entry entry);

  std::vector<Entry> entries_;
  size_t count_ = 0;
};

}  // namespace marquee::playlist
