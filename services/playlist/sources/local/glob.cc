#include "services/playlist/sources/local/glob.h"

#include <fmt/format.h>

#include <algorithm>

#include "libs/base/status.h"
#include "services/playlist/model/unicode.h"

namespace marquee::playlist {
namespace {

constexpr size_t kNone = static_cast<size_t>(-1);

// Offset after the set that begins with `[` at `at`; kNone if it is not closed. A leading `]` is a
// member of the set.
size_t SetEnd(std::u32string_view pattern, size_t at) {
  size_t end = at + 1;
  if (end < pattern.size() && (pattern[end] == U'!' || pattern[end] == U'^')) ++end;
  if (end < pattern.size() && pattern[end] == U']') ++end;
  while (end < pattern.size() && pattern[end] != U']') end += pattern[end] == U'\\' ? 2 : 1;
  return end < pattern.size() ? end + 1 : kNone;
}

bool SetHolds(std::u32string_view set, char32_t c) {
  set = set.substr(1, set.size() - 2);
  const bool negated = !set.empty() && (set.front() == U'!' || set.front() == U'^');
  if (negated) set.remove_prefix(1);
  bool found = false;
  for (size_t i = 0; i < set.size(); ++i) {
    if (set[i] == U'\\' && i + 1 < set.size()) ++i;
    const char32_t low = set[i];
    char32_t high = low;
    if (i + 2 < set.size() && set[i + 1] == U'-') {
      i += 2;
      if (set[i] == U'\\' && i + 1 < set.size()) ++i;
      high = set[i];
    }
    found = found || (c >= low && c <= high);
  }
  return found != negated;
}

// Whether the pattern element at `at` matches `c`; sets `*next` to the following element.
bool ElementTakes(std::u32string_view pattern, size_t at, char32_t c, size_t* next) {
  *next = at + 1;
  if (pattern[at] == U'?') return true;
  if (pattern[at] == U'[') {
    *next = SetEnd(pattern, at);
    return SetHolds(pattern.substr(at, *next - at), c);
  }
  if (pattern[at] == U'\\') return pattern[(*next)++] == c;
  return pattern[at] == c;
}

// If the rest does not match, only the last `*` needs to match one more character: an earlier `*`
// could not reach further.
bool PartMatches(std::u32string_view pattern, std::u32string_view text) {
  size_t p = 0;
  size_t t = 0;
  size_t star = kNone;
  size_t retry = 0;
  while (t < text.size()) {
    size_t next = 0;
    if (p < pattern.size() && pattern[p] == U'*') {
      star = ++p;
      retry = t;
    } else if (p < pattern.size() && ElementTakes(pattern, p, text[t], &next)) {
      p = next;
      ++t;
    } else if (star != kNone) {
      p = star;
      t = ++retry;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == U'*') ++p;
  return p == pattern.size();
}

absl::Status CheckPart(std::u32string_view part) {
  for (size_t at = 0; at < part.size(); ++at) {
    if (part[at] == U'\\') {
      if (++at == part.size()) return absl::InvalidArgumentError("it ends in a single \\");
      continue;
    }
    if (part[at] != U'[') continue;
    const size_t end = SetEnd(part, at);
    if (end == kNone || end > part.size()) {
      return absl::InvalidArgumentError("unclosed [; write \\[ for a literal [");
    }
    at = end - 1;
  }
  return absl::OkStatus();
}

}  // namespace

GlobPath GlobPathOf(std::string_view path, bool fold_case) {
  GlobPath parts;
  for (size_t from = 0; from <= path.size();) {
    const size_t end = std::min(path.find('/', from), path.size());
    parts.push_back(CodePointsOf(path.substr(from, end - from), fold_case));
    from = end + 1;
  }
  return parts;
}

absl::StatusOr<Glob> Glob::Parse(std::string_view pattern, bool fold_case) {
  if (pattern.empty()) return absl::InvalidArgumentError("it is empty");
  if (pattern.size() > kMaxBytes) {
    return absl::InvalidArgumentError(fmt::format("it is longer than {} bytes", kMaxBytes));
  }
  Glob glob;
  glob.parts_ = GlobPathOf(pattern, fold_case);
  for (const std::u32string& part : glob.parts_) MARQUEE_RETURN_IF_ERROR(CheckPart(part));
  return glob;
}

// As PartMatches, with path parts instead of characters and `**` instead of `*`.
bool Glob::MatchesFrom(const GlobPath& path, size_t first) const {
  size_t p = 0;
  size_t t = first;
  size_t star = kNone;
  size_t retry = 0;
  while (t < path.size()) {
    if (p < parts_.size() && parts_[p] == U"**") {
      star = ++p;
      retry = t;
    } else if (p < parts_.size() && PartMatches(parts_[p], path[t])) {
      ++p;
      ++t;
    } else if (star != kNone) {
      p = star;
      t = ++retry;
    } else {
      return false;
    }
  }
  // A trailing `**` matches the contents of a folder, so at least one part (gitignore(5)).
  return p == parts_.size();
}

}  // namespace marquee::playlist
