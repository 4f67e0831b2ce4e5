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

// Reads the whole file, for at most two minutes: a database of ours, of a schema that this program
// knows with exactly the tables and indexes of that schema, every page and index sound. Nothing
// that the file defines (triggers, views) runs.
absl::StatusOr<BackupContents> VerifyBackup(const std::filesystem::path& backup);

// Puts a verified backup in the place of the database, whose files are kept beside it with
// ".before-restore" in their names, and raises its StoreInfo::generation. The database is moved
// only after the copy was verified. kFailedPrecondition, in one sentence: the backup is not sound,
// or a program is using the database.
absl::StatusOr<BackupContents> Restore(const std::filesystem::path& backup,
                                       const std::filesystem::path& database);

}  // namespace marquee::devices
