// Determines the roles of the images and packs of a folder by their names.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/status/statusor.h>

#include <string>
#include <string_view>
#include <vector>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "services/playlist/sources/local/folder_walker.h"
#include "services/playlist/sources/local/local_root.h"

namespace marquee::playlist {

enum class FileRole { kPoster, kBackground, kClearLogo, kPack };

struct ScannedFile {
  std::string path;  // relative to the root
  FileRole role = FileRole::kPoster;
  FileFacts facts = {};
  std::string named = {};  // name from which the title is parsed; empty: the file's own
  int rank = 0;  // preference among files of one title, folder and role: lower is preferred
};

struct FolderScan {
  std::vector<ScannedFile> files;                          // sorted by path
  absl::flat_hash_map<std::string, ScannedFile> sidecars;  // keyed by SidecarKey
  std::vector<std::string> folders;                        // folders that were read; "" is the root
  std::vector<ScanProblem> problems;                       // to be logged once
  LeftOutCounts left_out = {};
  bool truncated = false;  // max_files or max_folders was exceeded
  std::string emptied_by;  // `.ignore` or `.nomedia` in the root: nothing is shown
};

// Finds every image and ZIP down to max_depth that is not excluded (LeftOutRule). Images below a
// folder named `backgrounds` are backgrounds; beside a film or series their names determine their
// role (artwork_names.h). A folder that is a title by its name (a year, an id) or by its images
// (poster.jpg, fanart.jpg) gives one title; in any other folder each image is a title.
// kUnavailable: the root is missing or cannot be read. kCancelled, kDeadlineExceeded: from
// `context`.
absl::StatusOr<FolderScan> ScanFolder(const LocalRoot& root, const ScanOptions& options,
                                      const base::Clock& clock, const base::CallContext& context);

// Key for finding a sidecar: its path, normalised in case and Unicode composition.
std::string SidecarKey(std::string_view path);

}  // namespace marquee::playlist
