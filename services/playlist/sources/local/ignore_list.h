// The files by which people keep folders and files out of a media server, and the `exclude`
// setting.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/playlist/sources/local/glob.h"

namespace marquee::playlist {

class IgnoreList {
 public:
  static constexpr size_t kMaxFileBytes = 64 * 1024;
  static constexpr size_t kMaxPatterns = 1000;  // later ones do not count

  // The lines of a `.ignore` file, which since Jellyfin 10.11 has the format of gitignore(5): the
  // last pattern that fits decides; `!` takes a file back in; a trailing `/` means folders only; a
  // pattern with a `/` before its end is relative to the file's folder, any other fits a name at
  // any depth; `#` begins a comment. Patterns that cannot be understood never fit. Empty (or
  // nothing but white space): everything.
  static IgnoreList ParseGit(std::string_view text);

  // The lines of a `.plexignore` file (Plex, "Excluding files and folders"): a pattern without a
  // `/` fits the names of files, at any depth; one with a `/` fits files and folders by their path
  // below the file's folder; one that begins with `/` fits nothing; `#` begins a comment, `\#` a
  // pattern. Nothing is taken back in.
  static IgnoreList ParsePlex(std::string_view text);

  // Patterns as in ParseGit, relative to the source's folder, without regard to case.
  // kInvalidArgument names the pattern and what is wrong with it.
  static absl::StatusOr<IgnoreList> ParseSetting(const std::vector<std::string>& patterns);

  bool everything() const { return everything_; }
  bool empty() const { return rules_.empty() && !everything_; }

  // `path`, relative to the folder that the list belongs to, is one that Glob compares with
  // fold_case(). true: left out; false: taken back in; nullopt: the list says nothing about it.
  std::optional<bool> Decide(const GlobPath& path, size_t first, bool is_folder) const;
  bool fold_case() const { return fold_case_; }

 private:
  struct Rule {
    Glob glob;
    bool ignores = true;
    bool folders = true;
    bool files = true;
    bool by_name = false;  // fits the last part of a path, at any depth
  };

  absl::Status AddGit(std::string_view line);
  void AddPlex(std::string_view line);

  std::vector<Rule> rules_;
  bool everything_ = false;
  bool fold_case_ = false;
};

}  // namespace marquee::playlist
