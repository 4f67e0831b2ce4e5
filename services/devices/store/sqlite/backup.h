// Backups of the database file, and their way back.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <filesystem>

namespace marquee::devices {

// What a file holds, once it was verified.
struct BackupContents {
  int64_t schema = 0;
  int64_t devices = 0;
  int64_t commands = 0;
  int64_t documents = 0;
  int64_t accounts = 0;
};

// Copies the database to `target` as of one moment, while a program may be using it, and verifies
// the copy. `target` appears only when it is whole, and is for our eyes only. kFailedPrecondition,
// in one sentence: there is no database, `target` exists, or the copy is not sound.
absl::StatusOr<BackupContents> BackUp(const std::filesystem::path& database,
                                      const std::filesystem::path& target);

// Reads the whole file: a database of ours, every page and index sound, of a schema that this
// program knows.
absl::StatusOr<BackupContents> VerifyBackup(const std::filesystem::path& backup);

// Puts a verified backup in the place of the database, whose files are kept beside it with
// ".before-restore" in their names. kFailedPrecondition, in one sentence: the backup is not sound,
// or a program is using the database.
absl::StatusOr<BackupContents> Restore(const std::filesystem::path& backup,
                                       const std::filesystem::path& database);

}  // namespace marquee::devices
