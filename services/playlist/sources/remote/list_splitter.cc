#include "services/playlist/sources/remote/list_splitter.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace marquee::playlist {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

absl::Status TooDeep() {
  return absl::FailedPreconditionError(fmt::format(
      "the answer cannot be understood (nested more than {} deep)", ListSplitter::kMaxDepth));
}

absl::Status NotJson(char first) {
  if (first == '<') {
    return absl::FailedPreconditionError(
        "the answer is a web page, not JSON; is this the server's own address, and not that of "
        "something in front of it?");
  }
  return absl::FailedPreconditionError("the answer cannot be understood (it is no JSON)");
}

}  // namespace

absl::Status ListSplitter::Feed(std::string_view bytes) {
  absl::Status status;
  while (!bytes.empty() && status.ok()) {
    const size_t used = in_entry_ ? TakeFromEntry(bytes, &status) : TakeEnvelope(bytes, &status);
    bytes.remove_prefix(used);
  }
  return status;
}

// Returns how much was used: all of it, or up to where an entry begins.
size_t ListSplitter::TakeEnvelope(std::string_view bytes, absl::Status* status) {
  for (size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (in_list_) {
      if (IsSpace(c) || c == ',') continue;
      if (c != ']') {
        in_entry_ = true;
        entry_.clear();
        return i;
      }
      in_list_ = false;
      envelope_ += c;
      continue;
    }
    if (!begun_) {
      if (IsSpace(c)) continue;
      begun_ = true;
      if (c != '{' && c != '[') {
        *status = NotJson(c);
        return i + 1;
      }
    }
    envelope_ += c;
    if (envelope_.size() > kMaxEnvelopeBytes) {
      *status = absl::FailedPreconditionError(
          fmt::format("the answer cannot be understood (over {} KiB around its list)",
                      kMaxEnvelopeBytes >> 10));
      return i + 1;
    }
    if (in_string_) {
      if (escaped_) {
        escaped_ = false;
      } else if (c == '\\') {
        escaped_ = true;
      } else if (c == '"') {
        in_string_ = false;
      } else {
        word_ += c;
      }
      continue;
    }
    switch (c) {
      case '"':
        in_string_ = true;
        word_.clear();
        break;
      case ':':
        key_ = std::exchange(word_, {});
        break;
      case ',':
        key_.clear();
        break;
      case '[':
        if ((depth_ == shape_.depth && key_ == shape_.key) || (depth_ == 0 && shape_.may_be_bare)) {
          in_list_ = true;
          list_seen_ = true;
          break;
        }
        [[fallthrough]];
      case '{':
        key_.clear();
        if (++depth_ > kMaxDepth) {
          *status = TooDeep();
          return i + 1;
        }
        break;
      case ']':
      case '}':
        --depth_;
        break;
      default:
        break;
    }
  }
  return bytes.size();
}

// Returns how much was used: all of it, or up to the end of the entry.
size_t ListSplitter::TakeFromEntry(std::string_view bytes, absl::Status* status) {
  size_t i = 0;
  bool ended = false;
  for (; i < bytes.size() && !ended; ++i) {
    const char c = bytes[i];
    if (in_string_) {
      if (escaped_) {
        escaped_ = false;
      } else if (c == '\\') {
        escaped_ = true;
      } else if (c == '"') {
        in_string_ = false;
      }
      continue;
    }
    if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      if (++entry_depth_ > kMaxDepth) {
        *status = TooDeep();
        return i + 1;
      }
    } else if (c == '}' || c == ']') {
      if (entry_depth_ == 0) {  // of the list: the entry was a bare value
        ended = true;
        break;
      }
      ended = --entry_depth_ == 0;
    } else if (c == ',' && entry_depth_ == 0) {
      ended = true;
      break;
    }
  }
  if (entry_.size() + i > kMaxEntryBytes) {
    entry_dropped_ = true;
    entry_.clear();
  }
  if (!entry_dropped_) entry_.append(bytes.substr(0, i));
  if (ended) *status = EndEntry();
  return i;
}

absl::Status ListSplitter::EndEntry() {
  in_entry_ = false;
  entry_depth_ = 0;
  ++entries_;
  if (std::exchange(entry_dropped_, false)) {
    ++too_large_;
    return absl::OkStatus();
  }
  if (entry_.capacity() < entry_.size() + kPadding) entry_.reserve(2 * entry_.size() + kPadding);
  return take_(entry_);
}

absl::Status ListSplitter::Finish() {
  if (!begun_) return absl::FailedPreconditionError("the answer is empty");
  if (depth_ != 0 || in_string_ || in_list_ || in_entry_) {
    return absl::FailedPreconditionError(
        "the answer cannot be understood (it ends before its JSON does)");
  }
  const bool known =
      list_seen_ || (!shape_.required.empty() &&
                     envelope_.find(fmt::format("\"{}\"", shape_.required)) != std::string::npos);
  if (!known) {
    return absl::FailedPreconditionError(
        fmt::format("the answer is JSON, but not a listing (it has no {})", shape_.key));
  }
  if (!shape_.total_key.empty()) total_ = NumberAround(shape_.total_key);
  return absl::OkStatus();
}

std::optional<uint64_t> ListSplitter::NumberAround(std::string_view key) const {
  const std::string quoted = fmt::format("\"{}\"", key);
  size_t at = envelope_.find(quoted);
  if (at == std::string::npos) return std::nullopt;
  at = envelope_.find_first_not_of(" \t\r\n:", at + quoted.size());
  if (at == std::string::npos) return std::nullopt;
  uint64_t number = 0;
  const char* const end = envelope_.data() + envelope_.size();
  const auto [stop, error] = std::from_chars(envelope_.data() + at, end, number);
  if (error != std::errc()) return std::nullopt;
  return number;
}

}  // namespace marquee::playlist
