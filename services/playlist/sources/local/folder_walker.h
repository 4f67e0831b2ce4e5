// Walks a folder tree and lists its contents by names and sizes only; no files are opened except
// ignore files.
#pragma once

#include <absl/functional/function_ref.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "services/playlist/sources/local/ignore_list.h"
#include "services/playlist/sources/local/local_root.h"
#include "services/playlist/sources/local/skip_reason.h"

namespace marquee::playlist {

// Rules by which files and folders are excluded on purpose.
enum class LeftOutRule {
  kSystem,       // system_names.h
  kIgnored,      // .ignore, .nomedia, .plexignore
  kExcluded,     // the source's `exclude`
  kDepth,        // folders deeper than ScanOptions::max_depth
  kArtwork,      // banners, discs, …, and additional images of a title with a poster
  kSeason,       // images of seasons and episodes
  kFolderImage,  // folder.jpg of a folder that contains titles but is none
};
inline constexpr size_t kLeftOutRules = 7;
// system, ignored, …: a metric label.
std::string_view NameOf(LeftOutRule rule);
using LeftOutCounts = std::array<uint64_t, kLeftOutRules>;

struct ScanOptions {
  int max_depth = 3;          // levels of folders below the root that are entered
  size_t max_files = 50'000;  // images and packs; bounds the memory of a scan (~300 bytes each)
  size_t max_folders = 10'000;
  std::shared_ptr<const IgnoreList> exclude = {};  // null: no exclusions
};

// A path that cannot be read although it should be: a folder without permission, a dangling link or
// one that leads out of the root.
struct ScanProblem {
  std::string path;  // relative to the root
  SkipReason reason = SkipReason::kUnreadable;
  std::string detail;
};

struct ListedFile {
  std::string name;
  FileFacts facts;
};

// One folder: its files that are not excluded, and its subfolders that may be entered.
struct FolderListing {
  std::string path;  // relative; empty for the root
  int depth = 0;
  std::vector<ListedFile> files;
  std::vector<std::string> folders;
};

// `<file>.poster.json`, which describes an image.
bool IsSidecarName(std::string_view name);

// `.ignore`, `.plexignore`, `.nomedia`: files whose creation and removal change what is excluded.
bool IsIgnoreFileName(std::string_view name);

// Not thread-safe; for one walk.
class FolderWalker {
 public:
  FolderWalker(const LocalRoot& root, const ScanOptions& options)
      : root_(root), options_(options) {}

  // Calls `visit` for each folder, parents before children. `visit` removes folders that must not
  // be entered from `folders`, and returns false to end the walk. A folder is visited once, however
  // many links refer to it; links to folders below the root are followed after all others.
  //   kUnavailable  the root is missing or cannot be read
  //   kCancelled, kDeadlineExceeded   from `context`
  absl::Status Walk(const base::Clock& clock, const base::CallContext& context,
                    absl::FunctionRef<bool(FolderListing&)> visit);

  const std::vector<ScanProblem>& problems() const { return problems_; }
  LeftOutCounts& left_out() { return left_out_; }
  bool truncated() const { return truncated_; }  // max_folders was exceeded
  // Name of the file in the root that excludes the whole root; empty: none.
  const std::string& emptied_by() const { return emptied_by_; }

 private:
  // An ignore list, and the number of path parts that lead to its folder.
  struct Scope {
    IgnoreList list;
    size_t first = 0;
    std::shared_ptr<const Scope> outer = {};
  };
  struct Pending {
    std::string path;
    int depth = 0;
    std::shared_ptr<const Scope> scope = {};
  };
  struct Entry {
    std::string name;
    struct stat info = {};
    bool is_link = false;
  };

  absl::StatusOr<std::vector<Entry>> ReadEntries(const std::string& path, UniqueFd folder);
  void List(const Pending& folder, const std::vector<Entry>& entries,
            const std::shared_ptr<const Scope>& scope, FolderListing* listing,
            std::vector<Pending>* links);
  // Adds the ignore lists of a folder to its scope; false: the whole folder is excluded.
  bool ReadIgnoreFiles(const Pending& folder, const std::vector<Entry>& entries,
                       std::shared_ptr<const Scope>* scope);
  // Whether `exclude` or an ignore list excludes `path`; counts it.
  bool IsLeftOut(const std::string& path, bool is_folder, const Scope* scope);
  void NoteFolder(const std::string& path, const absl::Status& status);
  void Note(const std::string& path, SkipReason reason, std::string detail);

  const LocalRoot& root_;
  const ScanOptions& options_;
  std::vector<ScanProblem> problems_;
  LeftOutCounts left_out_ = {};
  bool truncated_ = false;
  std::string emptied_by_;
};

}  // namespace marquee::playlist
