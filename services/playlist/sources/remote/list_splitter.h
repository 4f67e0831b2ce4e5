// Takes the answer of a listing apart while it arrives: each entry of its one large array is handed
// over as a JSON text of its own, so that memory is that of one entry however long the listing is.
// What stands around the array is kept, for the totals in it.
#pragma once

#include <absl/status/status.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace marquee::playlist {

// Where the entries are.
struct ListShape {
  std::string_view key = {};        // of the array: "Items"
  int depth = 1;                    // objects around it
  std::string_view total_key = {};  // of the number that says how many entries there are in all
  bool may_be_bare = false;         // the whole answer may be the array
  std::string_view required = {};   // a key without which it is no such answer; empty: the array's
};

// For one answer. Not thread-safe.
class ListSplitter {
 public:
  // Larger entries are left out and counted; deeper ones, and more around the list, are an error.
  static constexpr size_t kMaxEntryBytes = size_t{1} << 20;
  static constexpr size_t kMaxEnvelopeBytes = size_t{256} << 10;
  static constexpr int kMaxDepth = 64;
  // Room behind an entry that its parser may read (SIMDJSON_PADDING is 32).
  static constexpr size_t kPadding = 64;

  // The entry's text; its capacity is larger than its size by kPadding at least. An error ends the
  // splitting.
  using TakeEntry = std::function<absl::Status(std::string& entry)>;

  ListSplitter(const ListShape& shape, TakeEntry take) : shape_(shape), take_(std::move(take)) {}

  // kFailedPrecondition: it is no such listing; the message says what it looks like instead. Errors
  // of TakeEntry come back as they are.
  absl::Status Feed(std::string_view bytes);
  // After the last byte.
  absl::Status Finish();

  size_t entries() const { return entries_; }      // seen, too large ones included
  size_t too_large() const { return too_large_; }  // of them
  // What the answer says there are in all; nullopt when it does not.
  std::optional<uint64_t> total() const { return total_; }
  // A number around the list, at any place; nullopt when there is none of that key.
  std::optional<uint64_t> NumberAround(std::string_view key) const;

 private:
  size_t TakeEnvelope(std::string_view bytes, absl::Status* status);
  size_t TakeFromEntry(std::string_view bytes, absl::Status* status);
  absl::Status EndEntry();

  const ListShape shape_;
  const TakeEntry take_;
  std::string envelope_;  // all but the entries
  std::string entry_;
  std::string word_;  // the string under way outside entries, or the last one
  std::string key_;   // of the value that comes
  int depth_ = 0;
  int entry_depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
  bool in_list_ = false;
  bool in_entry_ = false;
  bool entry_dropped_ = false;
  bool list_seen_ = false;
  bool begun_ = false;
  size_t entries_ = 0;
  size_t too_large_ = 0;
  std::optional<uint64_t> total_;
};

}  // namespace marquee::playlist
