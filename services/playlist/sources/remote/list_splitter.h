// Takes the answer of a listing apart while it arrives: each entry of its one large array is handed
// over as a JSON text of its own, so that memory is that of one entry however long the listing is.
// What stands around the array is kept, for the totals in it.
//
// Damage stays where it is. A lost, extra or changed quote or bracket within one entry would, taken
// literally, move the borders of all entries behind it. So borders are also recognised by what JSON
// allows where:
//   - behind the end of a string only `:`, `,`, `}`, `]` may follow. Anything else: the quote that
//     ended the string began the next one, and what stood between the two was structure.
//   - a `{` where only a key may stand: the object before it has ended without its `}`.
//   - a bracket that closes another kind than is open: those in between have ended without theirs.
//   - a `{` after the end of the array where no value may stand: the array had not ended.
//   - in an entry that has been found to be damaged, an inner object whose first key is that of the
//     entry: the next entry.
// The entry that was damaged is left out and counted; those before and behind it are handed over.
#pragma once

#include <absl/status/status.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "services/playlist/sources/remote/damaged_entries.h"

namespace marquee::playlist {

// Where the entries are.
struct ListShape {
  std::string_view key = {};        // of the array: "Items"
  size_t depth = 1;                 // objects around it
  std::string_view total_key = {};  // of the number that says how many entries there are in all
  bool may_be_bare = false;         // the whole answer may be the array
  std::string_view required = {};   // a key without which it is no such answer; empty: the array's
};

// For one answer. Not thread-safe.
class ListSplitter {
 public:
  // Larger and deeper entries are left out and count as damaged; more around the list is an error.
  static constexpr size_t kMaxEntryBytes = size_t{1} << 20;
  static constexpr size_t kMaxEnvelopeBytes = size_t{256} << 10;
  static constexpr size_t kMaxDepth = 64;
  // Brackets that are open at a time, however damaged the answer is; more is an error.
  static constexpr size_t kMaxOpen = size_t{64} << 10;
  // Room behind an entry that its parser may read (SIMDJSON_PADDING is 32).
  static constexpr size_t kPadding = 64;

  // The entry's text; its capacity is larger than its size by kPadding at least.
  // kFailedPrecondition: the entry cannot be read; it counts as damaged. Other errors end the
  // splitting.
  using TakeEntry = std::function<absl::Status(std::string& entry)>;

  ListSplitter(const ListShape& shape, TakeEntry take) : shape_(shape), take_(std::move(take)) {}

  // kFailedPrecondition: it is no such listing; the message says what it looks like instead. Errors
  // of TakeEntry come back as they are.
  absl::Status Feed(std::string_view bytes);
  // After the last byte.
  absl::Status Finish();

  size_t entries() const { return entries_; }  // seen, damaged ones included
  const DamagedEntries& damaged() const { return damaged_; }
  // Whether borders between entries had to be guessed: entries() may be off by a few.
  bool is_inexact() const { return inexact_; }
  // What the answer says there are in all; nullopt when it does not.
  std::optional<uint64_t> total() const { return total_; }
  // A number around the list, at any place, also as text; nullopt when there is none of that key.
  std::optional<uint64_t> NumberAround(std::string_view key) const;

 private:
  enum class Mode : uint8_t { kEnvelope, kList, kEntry };
  enum class Expect : uint8_t { kKey, kColon, kValue, kAfter };

  void Scan(std::string_view bytes);
  void SkipByteOrderMark(std::string_view* bytes);
  void Token(char c);
  void EnvelopeToken(char c);
  void ListToken(char c);
  void EntryToken(char c);
  void EntryOpens(char c);
  void EntryCloses(char c);
  void EntryColon();
  void BeginEntry();
  // `with_this`: the character at hand is the entry's last.
  void EndEntry(bool with_this);
  void EndList();
  void BeginString();
  void StringGoesOn();
  // The inner object that has just begun is the next entry.
  void SplitAtObject();
  // The structure that a string has swallowed stands in sink() right before `from`.
  void Replay(size_t from);
  void Keep(size_t end);
  std::string& sink() { return mode_ == Mode::kEntry ? entry_ : envelope_; }
  bool InObject() const { return !open_.empty() && open_.back() == '{'; }

  const ListShape shape_;
  const TakeEntry take_;
  absl::Status status_;
  Mode mode_ = Mode::kEnvelope;
  Expect expect_ = Expect::kValue;
  std::string open_;        // brackets that are open: within the entry, else around the list
  std::string around_;      // those around the list, while it is read
  std::string_view bytes_;  // being scanned
  size_t at_ = 0;           // the character at hand
  size_t kept_ = 0;         // how many of `bytes_` are in envelope_ or entry_
  std::string envelope_;    // all but the entries
  std::string entry_;
  std::string word_;           // a key, or around the list any string: under way, or the last one
  std::string first_key_;      // of the entry
  size_t object_begin_ = 0;    // in entry_: of the object that has begun last
  bool at_first_key_ = false;  // of that object
  bool damaged_here_ = false;  // the entry is not what JSON allows
  std::string key_;            // around the list: of the value that comes
  size_t mark_bytes_ = 0;      // of the byte order mark that have come
  bool begun_ = false;
  bool in_string_ = false;
  bool escaped_ = false;
  bool string_ended_ = false;  // nothing but white space since
  bool string_is_key_ = false;
  bool list_seen_ = false;
  bool leave_out_ = false;  // the entry is too large or too deep
  bool is_rest_ = false;    // not an entry, but the rest of one that seemed to have ended
  bool inexact_ = false;
  size_t entries_ = 0;
  DamagedEntries damaged_;
  std::optional<uint64_t> total_;
};

}  // namespace marquee::playlist
