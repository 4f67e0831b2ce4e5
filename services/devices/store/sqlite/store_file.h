// The database file as a file: whether one may be made, and making it.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <filesystem>

namespace marquee::devices {

// Makes `file` with the newest schema when there is none, so that it appears only when it is
// complete: this program never leaves an empty file behind. True: it was made.
//
// An empty file in a folder without anything else counts as none. kDataLoss, in one sentence that
// says what to restore: the file is empty although the folder has other files of an earlier run, or
// it is missing beside its own write-ahead log. kUnavailable: it cannot be made.
absl::StatusOr<bool> CreateIfMissing(const std::filesystem::path& file, const char* vfs);

// Durable renames and syncs; errors are kFailedPrecondition with the path and the system's reason.
absl::Status SyncPath(const std::filesystem::path& path);
absl::Status MovePath(const std::filesystem::path& from, const std::filesystem::path& to);
// An empty file that only our user may read; SQLite's -wal and -shm inherit it.
absl::Status CreatePrivately(const std::filesystem::path& file);

}  // namespace marquee::devices
