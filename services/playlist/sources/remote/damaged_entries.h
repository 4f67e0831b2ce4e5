// Collects entries of a listing that were skipped because they cannot be parsed: their number and
// names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace marquee::playlist {

// Not thread-safe. Uses bounded memory.
class DamagedEntries {
 public:
  static constexpr size_t kRemembered = 1000;  // stored; further ones are only counted
  static constexpr size_t kNamed = 5;          // listed by Describe()

  // `index`: of the entry in its listing, from 0; `text`: its available text.
  void Add(size_t index, std::string_view text);
  // Adds those of a response whose first entry has the index `first`. An entry with the same text
  // as an existing one is the same entry, returned by two overlapping responses.
  void Merge(const DamagedEntries& other, size_t first);

  size_t count() const { return count_; }
  // `2 entries cannot be read and are left out: entry 17 ("Amélie"), entry 40 ("{\"Id\":\"5…")`,
  // followed by what to do. Empty if there are none.
  std::string Describe() const;

 private:
  struct Entry {
    size_t index;
    uint64_t hash;
    std::string start;  // beginning of its title, otherwise of its text
  };
  void Add(Entry entry);

  std::vector<Entry> entries_;
  size_t count_ = 0;
};

}  // namespace marquee::playlist
