#include "services/playlist/sources/remote/list_splitter.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "services/playlist/sources/remote/json_repair.h"

namespace marquee::playlist {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool MayFollowString(char c) { return c == ':' || c == ',' || c == '}' || c == ']'; }
constexpr std::string_view kStructure = " \t\r\n{}[],:";

absl::Status TooDeep() {
  return absl::FailedPreconditionError(fmt::format(
      "the response cannot be parsed (nested more than {} levels deep)", ListSplitter::kMaxDepth));
}

absl::Status NotJson(char first) {
  if (first == '<') {
    return absl::FailedPreconditionError(
        "the response is a web page, not JSON; check that the address is the server's own and not "
        "that of "
        "a proxy or log-in page");
  }
  return absl::FailedPreconditionError("the response cannot be parsed (not JSON)");
}

}  // namespace

absl::Status ListSplitter::Feed(std::string_view bytes) {
  SkipByteOrderMark(&bytes);
  Scan(bytes);
  return status_;
}

void ListSplitter::SkipByteOrderMark(std::string_view* bytes) {
  while (!begun_ && !bytes->empty() &&
         bytes->front() == kByteOrderMark[mark_bytes_ % kByteOrderMark.size()]) {
    bytes->remove_prefix(1);
    ++mark_bytes_;
  }
}

void ListSplitter::Scan(std::string_view bytes) {
  bytes_ = bytes;
  kept_ = 0;
  for (at_ = 0; at_ < bytes_.size() && status_.ok(); ++at_) {
    const char c = bytes_[at_];
    if (string_ended_ && !IsSpace(c)) {
      string_ended_ = false;
      if (MayFollowString(c)) {
        expect_ = string_is_key_ ? Expect::kColon : Expect::kAfter;
      } else {
        StringGoesOn();
      }
    }
    if (!in_string_) {
      if (!IsSpace(c)) Token(c);
    } else if (escaped_) {
      escaped_ = false;
    } else if (c == '\\') {
      escaped_ = true;
    } else if (c == '"') {
      in_string_ = false;
      string_ended_ = true;
    } else if (mode_ == Mode::kEnvelope || at_first_key_) {
      word_ += c;
    }
  }
  if (status_.ok()) Keep(bytes_.size());
}

// Moves the bytes scanned so far, up to `end`, to their destination.
void ListSplitter::Keep(size_t end) {
  const std::string_view text = bytes_.substr(kept_, end - kept_);
  kept_ = end;
  if (mode_ == Mode::kList) return;
  if (mode_ == Mode::kEnvelope) {
    envelope_ += text;
    if (envelope_.size() > kMaxEnvelopeBytes) {
      status_ = absl::FailedPreconditionError(
          fmt::format("the response cannot be parsed (more than {} KiB outside its list)",
                      kMaxEnvelopeBytes >> 10));
    }
    return;
  }
  if (leave_out_) return;
  if (entry_.size() + text.size() > kMaxEntryBytes) {
    leave_out_ = true;
    return;  // its beginning is kept to report it
  }
  entry_ += text;
}

void ListSplitter::Token(char c) {
  switch (mode_) {
    case Mode::kEnvelope:
      return EnvelopeToken(c);
    case Mode::kList:
      return ListToken(c);
    case Mode::kEntry:
      return EntryToken(c);
  }
}

void ListSplitter::BeginString() {
  string_is_key_ = InObject() && expect_ != Expect::kValue;
  in_string_ = true;
  word_.clear();
}

void ListSplitter::EnvelopeToken(char c) {
  if (!std::exchange(begun_, true) && c != '{' && c != '[') {
    status_ = NotJson(c);
    return;
  }
  switch (c) {
    case '"':
      return BeginString();
    case ':':
      key_ = std::exchange(word_, {});
      expect_ = Expect::kValue;
      break;
    case ',':
      key_.clear();
      expect_ = InObject() ? Expect::kKey : Expect::kValue;
      break;
    case '[':
    case '{': {
      const bool is_list = c == '[' && ((open_.size() == shape_.depth && key_ == shape_.key) ||
                                        (open_.empty() && shape_.may_be_bare && !list_seen_));
      const bool list_goes_on =
          c == '{' && list_seen_ && (open_.empty() || (InObject() && expect_ != Expect::kValue));
      key_.clear();
      if (is_list) {
        Keep(at_ + 1);
        around_ = open_;
        list_seen_ = true;
        mode_ = Mode::kList;
      } else if (list_goes_on) {
        inexact_ = true;
        Keep(at_);
        mode_ = Mode::kList;
        ListToken(c);
      } else {
        open_ += c;
        expect_ = c == '{' ? Expect::kKey : Expect::kValue;
        if (open_.size() > kMaxDepth) status_ = TooDeep();
      }
      break;
    }
    case ']':
    case '}':
      if (!open_.empty()) open_.pop_back();
      expect_ = Expect::kAfter;
      break;
    default:
      break;
  }
}

void ListSplitter::EndList() {
  Keep(at_);
  mode_ = Mode::kEnvelope;
  open_ = around_;
  expect_ = Expect::kAfter;
}

void ListSplitter::ListToken(char c) {
  if (c == ']') return EndList();
  if (c == ',') return;
  // No vendor lists arrays; the other characters belong to an entry that was assumed to have ended.
  if (c == '[' || c == '}' || c == ':') {
    inexact_ = true;
    if (c == '[') damaged_.Add(entries_, "[");
    return;
  }
  BeginEntry();
  EntryToken(c);
}

void ListSplitter::BeginEntry() {
  Keep(at_);
  mode_ = Mode::kEntry;
  entry_.clear();
  open_.clear();
  expect_ = Expect::kValue;
  leave_out_ = is_rest_ = damaged_here_ = at_first_key_ = false;
}

void ListSplitter::EndEntry(bool with_this) {
  Keep(with_this ? at_ + 1 : at_);
  mode_ = Mode::kList;
  if (is_rest_) return;
  const size_t index = entries_++;
  if (leave_out_) return damaged_.Add(index, entry_);
  if (entry_.capacity() < entry_.size() + kPadding) entry_.reserve(2 * entry_.size() + kPadding);
  const absl::Status taken = take_(entry_);
  if (absl::IsFailedPrecondition(taken)) {
    damaged_.Add(index, entry_);
  } else {
    status_ = taken;
  }
}

void ListSplitter::EntryToken(char c) {
  switch (c) {
    case '"':
      damaged_here_ = damaged_here_ || expect_ == Expect::kColon || expect_ == Expect::kAfter;
      return BeginString();
    case '{':
    case '[':
      return EntryOpens(c);
    case '}':
    case ']':
      return EntryCloses(c);
    case ',':
      if (open_.empty()) return EndEntry(false);  // a scalar entry
      damaged_here_ = damaged_here_ || expect_ != Expect::kAfter;
      expect_ = InObject() ? Expect::kKey : Expect::kValue;
      return;
    case ':':
      return EntryColon();
    default:  // part of a number or a word
      damaged_here_ = damaged_here_ || expect_ == Expect::kKey || expect_ == Expect::kColon;
      if (expect_ == Expect::kValue) expect_ = Expect::kAfter;
  }
}

void ListSplitter::EntryColon() {
  if (std::exchange(at_first_key_, false)) {
    if (open_.size() == 1) {
      first_key_ = word_;
    } else if (damaged_here_ && !leave_out_ && word_ == first_key_) {
      return SplitAtObject();
    }
  }
  damaged_here_ = damaged_here_ || expect_ != Expect::kColon;
  if (!InObject()) {
    // A key in an array, whose closing bracket is missing; or, with nothing open, the rest of an
    // entry that was assumed to have ended.
    inexact_ = true;
    while (!open_.empty() && !InObject()) open_.pop_back();
    if (open_.empty()) {
      open_ = "{";
      is_rest_ = true;
    }
  }
  expect_ = Expect::kValue;
}

void ListSplitter::SplitAtObject() {
  Keep(at_);
  if (leave_out_) return;
  inexact_ = true;
  const std::string next = entry_.substr(object_begin_);
  entry_.resize(object_begin_);
  EndEntry(false);
  if (!status_.ok()) return;
  const auto scanned = std::pair(bytes_, at_);
  Scan(next);
  string_ended_ = false;
  bytes_ = scanned.first;
  at_ = kept_ = scanned.second;
  expect_ = Expect::kColon;
  EntryColon();
}

void ListSplitter::EntryOpens(char c) {
  if (c == '{' && InObject() && expect_ == Expect::kKey) {
    inexact_ = true;
    damaged_here_ = true;
    while (InObject()) open_.pop_back();
    if (open_.empty()) {
      EndEntry(false);
      if (status_.ok()) ListToken(c);
      return;
    }
  } else if (open_.empty() && expect_ == Expect::kAfter) {  // after a scalar entry without a comma
    inexact_ = true;
    EndEntry(false);
    if (status_.ok()) ListToken(c);
    return;
  } else if (InObject() && expect_ != Expect::kValue) {
    damaged_here_ = true;
    return;  // too many open brackets
  }
  damaged_here_ = damaged_here_ || expect_ != Expect::kValue;
  open_ += c;
  at_first_key_ = c == '{';
  object_begin_ = entry_.size() + (at_ - kept_);
  expect_ = c == '{' ? Expect::kKey : Expect::kValue;
  leave_out_ = leave_out_ || open_.size() > kMaxDepth;
  if (open_.size() > kMaxOpen) status_ = TooDeep();
}

void ListSplitter::EntryCloses(char c) {
  const char opened = c == '}' ? '{' : '[';
  const size_t last = open_.rfind(opened);
  if (last != std::string::npos) {
    inexact_ = inexact_ || last + 1 != open_.size();
    damaged_here_ = damaged_here_ || last + 1 != open_.size() || expect_ == Expect::kColon;
    at_first_key_ = false;
    open_.resize(last);
    expect_ = Expect::kAfter;
    if (open_.empty()) EndEntry(true);
    return;
  }
  // Not part of this entry: the end of the list, which may follow a scalar, or a stray bracket.
  if (!open_.empty() || c == '}') inexact_ = true;
  if (open_.empty() && c == '}') is_rest_ = true;
  EndEntry(false);
  if (status_.ok()) ListToken(c);
}

// The quote that was assumed to end a string started the next one.
void ListSplitter::StringGoesOn() {
  Keep(at_);
  in_string_ = true;
  if (mode_ == Mode::kEnvelope && !list_seen_) return;
  inexact_ = damaged_here_ = true;
  const bool is_dropped = mode_ == Mode::kEntry && leave_out_;
  Replay(is_dropped ? std::string::npos : sink().rfind('"'));
}

void ListSplitter::Replay(size_t from) {
  if (from == std::string::npos || from == 0) return;
  std::string& text = sink();
  const size_t last = text.find_last_not_of(kStructure, from - 1);
  const size_t begin = last == std::string::npos ? 0 : last + 1;
  const std::string swallowed = text.substr(begin);
  text.resize(begin);
  const auto scanned = std::pair(bytes_, at_);
  in_string_ = false;
  expect_ = Expect::kAfter;
  Scan(swallowed);
  string_ended_ = false;
  bytes_ = scanned.first;
  at_ = kept_ = scanned.second;
}

absl::Status ListSplitter::Finish() {
  if (!status_.ok()) return status_;
  if (!begun_) return absl::FailedPreconditionError("the response is empty");
  if (in_string_ && mode_ == Mode::kEntry && !leave_out_) Replay(entry_.size());
  const bool whole = mode_ == Mode::kEnvelope && open_.empty() && !in_string_;
  if (!whole && (!inexact_ || entries_ == 0)) {
    return absl::FailedPreconditionError("the response cannot be parsed (truncated JSON)");
  }
  if (mode_ == Mode::kEntry && !is_rest_) damaged_.Add(entries_++, entry_);
  const bool known =
      list_seen_ || (!shape_.required.empty() &&
                     envelope_.find(fmt::format("\"{}\"", shape_.required)) != std::string::npos);
  if (!known) {
    return absl::FailedPreconditionError(
        fmt::format("the response is JSON, but not a listing (no {})", shape_.key));
  }
  if (!shape_.total_key.empty()) total_ = NumberAround(shape_.total_key);
  return status_;
}

std::optional<uint64_t> ListSplitter::NumberAround(std::string_view key) const {
  const std::string quoted = fmt::format("\"{}\"", key);
  size_t at = envelope_.find(quoted);
  if (at == std::string::npos) return std::nullopt;
  at = envelope_.find_first_not_of(" \t\r\n:\"", at + quoted.size());
  if (at == std::string::npos) return std::nullopt;
  uint64_t number = 0;
  const char* const end = envelope_.data() + envelope_.size();
  const auto [stop, error] = std::from_chars(envelope_.data() + at, end, number);
  if (error != std::errc()) return std::nullopt;
  return number;
}

}  // namespace marquee::playlist
