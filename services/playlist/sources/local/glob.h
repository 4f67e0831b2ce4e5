// Path patterns as in `.gitignore` files (gitignore(5)), used by the `exclude` setting and by
// `.ignore` and `.plexignore` files.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>
#include <vector>

namespace marquee::playlist {

// A path split into parts for Glob::Matches, normalised for comparison.
using GlobPath = std::vector<std::u32string>;
GlobPath GlobPathOf(std::string_view path, bool fold_case);

// One pattern of `/`-separated parts: `*` matches any characters of a part, `?` one character,
// `[a-z]` and `[!a-z]` one of a set, `\` escapes a character, and `**` as a whole part matches any
// number of parts. NFC and NFD forms are equal. Takes at most time proportional to pattern times
// path.
class Glob {
 public:
  static constexpr size_t kMaxBytes = 1024;

  // kInvalidArgument with the reason: empty, too long, an unclosed `[`, a trailing `\`.
  static absl::StatusOr<Glob> Parse(std::string_view pattern, bool fold_case);

  bool Matches(const GlobPath& path) const { return MatchesFrom(path, 0); }
  // Matches against the parts of `path` from `first` on.
  bool MatchesFrom(const GlobPath& path, size_t first) const;

 private:
  std::vector<std::u32string> parts_;
};

}  // namespace marquee::playlist
