// Creates the database file, with checks and durable file operations.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <filesystem>

namespace marquee::devices {

// Creates `file` with the newest schema if there is none. It appears only when it is complete: this
// program never leaves an empty file behind. True: it was created.
//
// An empty file in an otherwise empty folder counts as none. kDataLoss, in one sentence that says
// what to restore: the file is empty although the folder has files of an earlier run, or it is
// missing beside its write-ahead log. kUnavailable: it cannot be created.
absl::StatusOr<bool> CreateIfMissing(const std::filesystem::path& file, const char* vfs);

// Durable renames and syncs; errors are kFailedPrecondition with the path and the system's reason.
absl::Status SyncPath(const std::filesystem::path& path);
absl::Status MovePath(const std::filesystem::path& from, const std::filesystem::path& to);
// Creates an empty file with mode 0600; SQLite's -wal and -shm files inherit the mode.
absl::Status CreatePrivately(const std::filesystem::path& file);

}  // namespace marquee::devices
