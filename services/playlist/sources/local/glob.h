// Patterns of paths, as in `.gitignore` files (gitignore(5)), which the `exclude` setting,
// `.ignore` and `.plexignore` files are made of.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>
#include <vector>

namespace marquee::playlist {

// A path split into its parts for Glob::Matches, in the spelling that a glob compares.
using GlobPath = std::vector<std::u32string>;
GlobPath GlobPathOf(std::string_view path, bool fold_case);

// One pattern of `/`-separated parts: `*` any characters of a part, `?` one of them, `[a-z]` and
// `[!a-z]` one of a set, `\` before a character the character itself, and `**` as a whole part any
// number of parts. NFC and NFD spellings are equal. Linear in pattern times path, whatever the
// pattern.
class Glob {
 public:
  static constexpr size_t kMaxBytes = 1024;

  // kInvalidArgument with the reason: empty, too long, an open `[`, a `\` at the end.
  static absl::StatusOr<Glob> Parse(std::string_view pattern, bool fold_case);

  bool Matches(const GlobPath& path) const { return MatchesFrom(path, 0); }
  // Against the part of `path` that begins at its part `first`.
  bool MatchesFrom(const GlobPath& path, size_t first) const;

 private:
  std::vector<std::u32string> parts_;
};

}  // namespace marquee::playlist
