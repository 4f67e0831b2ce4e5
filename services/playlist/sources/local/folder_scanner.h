// Tells what the pictures and packs of a folder are for, by the names in it.
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
  std::string named = {};  // the name that the title is read from; empty: the file's own
  int rank = 0;            // among files of one title, folder and role: lower is preferred
};

struct FolderScan {
  std::vector<ScannedFile> files;                          // by path
  absl::flat_hash_map<std::string, ScannedFile> sidecars;  // by SidecarKey
  std::vector<std::string> folders;                        // that were looked into; "" is the root
  std::vector<ScanProblem> problems;                       // to be named, once
  LeftOutCounts left_out = {};
  bool truncated = false;  // there was more than max_files or max_folders
  std::string emptied_by;  // `.ignore` or `.nomedia` in the root: nothing is shown
};

// Every picture and ZIP down to the depth that is not left out (LeftOutRule). Pictures below a
// folder named `backgrounds` are backgrounds; beside a film or series their names say what they are
// (artwork_names.h): a folder that is a title by its name (a year, an id) or by its pictures
// (poster.jpg, fanart.jpg) yields one title; in any other folder each picture is one.
// kUnavailable when the root is not there or cannot be read. kCancelled, kDeadlineExceeded as
// `context` says.
absl::StatusOr<FolderScan> ScanFolder(const LocalRoot& root, const ScanOptions& options,
                                      const base::Clock& clock, const base::CallContext& context);

// By what a sidecar is found: its path without regard to case and composition.
std::string SidecarKey(std::string_view path);

}  // namespace marquee::playlist
