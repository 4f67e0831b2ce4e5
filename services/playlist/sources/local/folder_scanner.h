// Walks a folder and tells what lies in it, by names and sizes alone; no file is opened.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "services/playlist/sources/local/local_root.h"

namespace marquee::playlist {

enum class FileRole { kPoster, kBackground, kPack };

struct ScannedFile {
  std::string path;  // relative to the root
  FileRole role = FileRole::kPoster;
  uint64_t size = 0;
  int64_t mtime_ns = 0;
};

struct ScanOptions {
  int max_depth = 3;          // folders below the root that are entered
  size_t max_files = 50'000;  // pictures and packs; bounds the memory of a scan (~200 bytes each)
  size_t max_folders = 10'000;
};

struct FolderScan {
  std::vector<ScannedFile> files;                          // by path
  absl::flat_hash_map<std::string, ScannedFile> sidecars;  // by path
  bool truncated = false;  // there was more than max_files or max_folders
};

// Every picture and ZIP down to the depth: pictures below a folder named `backgrounds` are
// backgrounds, other pictures posters, ZIPs packs. Folders named `motion`, hidden files and hidden
// folders, and links to folders are left out. kUnavailable when the root is not there or cannot be
// read; an unreadable folder below it is left out. kCancelled, kDeadlineExceeded as `context` says.
absl::StatusOr<FolderScan> ScanFolder(const LocalRoot& root, const ScanOptions& options,
                                      const base::Clock& clock, const base::CallContext& context);

// The folders that ScanFolder enters, relative to the root, the root itself as "", at most
// `max_folders` of them.
std::vector<std::string> ListFolders(const LocalRoot& root, const ScanOptions& options,
                                     size_t max_folders);

}  // namespace marquee::playlist
