// Backs up and restores the database file.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <filesystem>

namespace marquee::devices {

// Contents of a verified file.
struct BackupContents {
  int64_t schema = 0;
  int64_t devices = 0;
  int64_t commands = 0;
  int64_t documents = 0;
  int64_t accounts = 0;
};

// Copies a consistent state of the database to `target`, also while a program uses it, and verifies
// the copy. `target` appears only when it is complete, with mode 0600. kFailedPrecondition, in one
// sentence: there is no database, `target` exists, or the copy is damaged.
absl::StatusOr<BackupContents> BackUp(const std::filesystem::path& database,
                                      const std::filesystem::path& target);

// Reads the whole file, for at most two minutes, and checks: a database of this program, a
// supported schema with exactly its tables and indexes, every page and index intact. Nothing
// defined in the file (triggers, views) runs.
absl::StatusOr<BackupContents> VerifyBackup(const std::filesystem::path& backup);

// Replaces the database by a verified backup and increments its StoreInfo::generation. The old
// files are kept beside it with ".before-restore" in their names, and are moved only after the copy
// was verified. kFailedPrecondition, in one sentence: the backup is damaged, or a program is using
// the database.
absl::StatusOr<BackupContents> Restore(const std::filesystem::path& backup,
                                       const std::filesystem::path& database);

}  // namespace marquee::devices
