// Ignore files, which exclude folders and files from a media server, and the `exclude` setting.
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
  static constexpr size_t kMaxPatterns = 1000;  // further ones are ignored

  // Parses a `.ignore` file, which since Jellyfin 10.11 has the format of gitignore(5): the last
  // matching pattern decides; `!` re-includes a file; a trailing `/` matches folders only; a
  // pattern with a `/` before its end is relative to the file's folder, any other matches a name at
  // any depth; `#` starts a comment. Invalid patterns never match. An empty file (or only white
  // space) excludes everything.
  static IgnoreList ParseGit(std::string_view text);

  // Parses a `.plexignore` file (Plex, "Excluding files and folders"): a pattern without `/`
  // matches file names at any depth; one with `/` matches files and folders by their path below the
  // file's folder; one that begins with `/` matches nothing; `#` starts a comment, `\#` a pattern.
  // Nothing is re-included.
  static IgnoreList ParsePlex(std::string_view text);

  // Patterns as in ParseGit, relative to the source's folder, ignoring case. kInvalidArgument names
  // the pattern and the error.
  static absl::StatusOr<IgnoreList> ParseSetting(const std::vector<std::string>& patterns);

  bool everything() const { return everything_; }
  bool empty() const { return rules_.empty() && !everything_; }

  // `path`, relative to the folder of the list, must be normalised with fold_case(). true:
  // excluded; false: re-included; nullopt: no rule matches.
  std::optional<bool> Decide(const GlobPath& path, size_t first, bool is_folder) const;
  bool fold_case() const { return fold_case_; }

 private:
  struct Rule {
    Glob glob;
    bool ignores = true;
    bool folders = true;
    bool files = true;
    bool by_name = false;  // matches the last part of a path at any depth
  };

  absl::Status AddGit(std::string_view line);
  void AddPlex(std::string_view line);

  std::vector<Rule> rules_;
  bool everything_ = false;
  bool fold_case_ = false;
};

}  // namespace marquee::playlist
