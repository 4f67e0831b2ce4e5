// Splits the response of a listing while it arrives: each entry of its one large array is passed on
// as a separate JSON text, so that memory is bounded by one entry, however long the listing. The
// text around the array is kept for the totals in it.
//
// Damage is contained within one entry. Taken literally, a lost, extra or changed quote or bracket
// in one entry would shift the borders of all following entries. Therefore borders are also
// detected by the rules of JSON:
//   - after the end of a string only `:`, `,`, `}`, `]` may follow. Anything else means: the quote
//     that ended the string started the next one, and the text between the two was structure.
//   - a `{` where only a key may occur: the `}` of the object before it is missing.
//   - a bracket that closes another kind than is open: the closing brackets in between are missing.
//   - a `{` after the end of the array where no value may occur: the array had not ended.
//   - in an entry known to be damaged, an inner object whose first key equals the entry's first
//     key: the next entry.
// Only the damaged entry is skipped and counted; those before and after it are passed on.
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

// Location of the entries in a response.
struct ListShape {
  std::string_view key = {};        // key of the array: "Items"
  size_t depth = 1;                 // number of objects around the array
  std::string_view total_key = {};  // key of the total number of entries
  bool may_be_bare = false;         // the whole response may be the array
  std::string_view required = {};   // a required key; empty: that of the array
};

// For one response. Not thread-safe.
class ListSplitter {
 public:
  // Larger and deeper entries are skipped as damaged; a larger text around the list is an error.
  static constexpr size_t kMaxEntryBytes = size_t{1} << 20;
  static constexpr size_t kMaxEnvelopeBytes = size_t{256} << 10;
  static constexpr size_t kMaxDepth = 64;
  // Maximum number of open brackets, however damaged the response is; more is an error.
  static constexpr size_t kMaxOpen = size_t{64} << 10;
  // Bytes of capacity after the text of an entry, because simdjson reads past its end
  // (SIMDJSON_PADDING is 32).
  static constexpr size_t kPadding = 64;

  // Receives the text of an entry; its capacity exceeds its size by at least kPadding.
  // kFailedPrecondition: the entry cannot be parsed and counts as damaged. Other errors end the
  // splitting.
  using TakeEntry = std::function<absl::Status(std::string& entry)>;

  ListSplitter(const ListShape& shape, TakeEntry take) : shape_(shape), take_(std::move(take)) {}

  // kFailedPrecondition: not such a listing; the message describes what it looks like. Errors of
  // TakeEntry are returned unchanged.
  absl::Status Feed(std::string_view bytes);
  // Call after the last byte.
  absl::Status Finish();

  size_t entries() const { return entries_; }  // including damaged ones
  const DamagedEntries& damaged() const { return damaged_; }
  // Whether entry borders had to be guessed: entries() may be off by a few.
  bool is_inexact() const { return inexact_; }
  // The total stated in the response; nullopt: not stated.
  std::optional<uint64_t> total() const { return total_; }
  // A number outside the list, at any position, also as text; nullopt: no such key.
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
  // `with_this`: the current character is the entry's last one.
  void EndEntry(bool with_this);
  void EndList();
  void BeginString();
  void StringGoesOn();
  // Ends the damaged entry before the inner object that started last, and begins the next entry
  // with that object.
  void SplitAtObject();
  // Parses the structure directly before offset `from` of sink() again: it was taken for the end of
  // a string.
  void Replay(size_t from);
  void Keep(size_t end);
  std::string& sink() { return mode_ == Mode::kEntry ? entry_ : envelope_; }
  bool InObject() const { return !open_.empty() && open_.back() == '{'; }

  const ListShape shape_;
  const TakeEntry take_;
  absl::Status status_;
  Mode mode_ = Mode::kEnvelope;
  Expect expect_ = Expect::kValue;
  std::string open_;        // open brackets: within the entry, otherwise around the list
  std::string around_;      // open brackets around the list while it is read
  std::string_view bytes_;  // bytes being scanned
  size_t at_ = 0;           // index of the current character
  size_t kept_ = 0;         // number of `bytes_` already copied to envelope_ or entry_
  std::string envelope_;    // everything except the entries
  std::string entry_;
  std::string word_;           // current or last key; around the list, any string
  std::string first_key_;      // first key of the entry
  size_t object_begin_ = 0;    // offset in entry_ of the object started last
  bool at_first_key_ = false;  // the first key of that object is expected
  bool damaged_here_ = false;  // the entry violates JSON syntax
  std::string key_;            // around the list: key of the next value
  size_t mark_bytes_ = 0;      // bytes of the byte order mark received
  bool begun_ = false;
  bool in_string_ = false;
  bool escaped_ = false;
  bool string_ended_ = false;  // only white space followed
  bool string_is_key_ = false;
  bool list_seen_ = false;
  bool leave_out_ = false;  // the entry is too large or too deep
  bool is_rest_ = false;    // not an entry, but the rest of one that was assumed to have ended
  bool inexact_ = false;
  size_t entries_ = 0;
  DamagedEntries damaged_;
  std::optional<uint64_t> total_;
};

}  // namespace marquee::playlist
