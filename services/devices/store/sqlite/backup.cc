#include "services/devices/store/sqlite/backup.h"

#include <absl/status/statusor.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <system_error>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "services/devices/store/sqlite/database.h"
#include "services/devices/store/sqlite/file_lock.h"
#include "services/devices/store/sqlite/migrations.h"

namespace marquee::devices {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kBusy = absl::Seconds(30);

absl::Status Refused(const fs::path& file, std::string_view why) {
  return absl::FailedPreconditionError(fmt::format("{}: {}", file.string(), why));
}

absl::Status Sync(const fs::path& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = fd >= 0 && fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0) close(fd);
  if (synced) return absl::OkStatus();
  return Refused(path, std::generic_category().message(error));
}

absl::Status Move(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) return Refused(from, error.message());
  return Sync(to.parent_path().empty() ? "." : to.parent_path());
}

// Made before SQLite opens it, so that it is for our eyes only.
absl::Status MakePrivately(const fs::path& file) {
  const int fd = open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return Refused(file, std::generic_category().message(errno));
  close(fd);
  return absl::OkStatus();
}

// A copy without a WAL beside it, so that it is one file.
absl::Status Copy(const fs::path& from, const fs::path& to) {
  MARQUEE_RETURN_IF_ERROR(MakePrivately(to));
  MARQUEE_ASSIGN_OR_RETURN(const auto source,
                           Database::Open(from.string(), Database::Mode::kReadOnly, kBusy));
  MARQUEE_ASSIGN_OR_RETURN(const auto target,
                           Database::Open(to.string(), Database::Mode::kReadWrite, kBusy));
  MARQUEE_RETURN_IF_ERROR(source->CopyTo(*target));
  return target->Execute("PRAGMA journal_mode = DELETE");
}

absl::StatusOr<int64_t> Rows(Database& db, const char* table, int64_t schema, int64_t since) {
  if (schema < since) return 0;
  return db.QueryInt(fmt::format("SELECT count(*) FROM {}", table));
}

absl::StatusOr<BackupContents> Verify(Database& db) {
  MARQUEE_ASSIGN_OR_RETURN(const std::string check, db.QueryText("PRAGMA integrity_check(1)"));
  if (check != "ok") return absl::FailedPreconditionError(fmt::format("it is damaged ({})", check));
  MARQUEE_ASSIGN_OR_RETURN(const int64_t application, db.QueryInt("PRAGMA application_id"));
  if (application != kApplicationId) {
    return absl::FailedPreconditionError("it is a database of another program");
  }
  BackupContents contents;
  MARQUEE_ASSIGN_OR_RETURN(contents.schema, db.QueryInt("PRAGMA user_version"));
  if (contents.schema > NewestSchema()) {
    return absl::FailedPreconditionError(
        fmt::format("it has schema {}, this program knows schemas up to {}; use the newer Marquee",
                    contents.schema, NewestSchema()));
  }
  MARQUEE_ASSIGN_OR_RETURN(contents.devices, Rows(db, "devices", contents.schema, 1));
  MARQUEE_ASSIGN_OR_RETURN(contents.commands, Rows(db, "commands", contents.schema, 1));
  MARQUEE_ASSIGN_OR_RETURN(contents.documents, Rows(db, "documents", contents.schema, 3));
  MARQUEE_ASSIGN_OR_RETURN(contents.accounts, Rows(db, "accounts", contents.schema, 4));
  return contents;
}

absl::StatusOr<BackupContents> CopyAndVerify(const fs::path& database, const fs::path& part,
                                             const fs::path& target) {
  MARQUEE_RETURN_IF_ERROR(Copy(database, part));
  MARQUEE_RETURN_IF_ERROR(Sync(part));
  MARQUEE_ASSIGN_OR_RETURN(const BackupContents contents, VerifyBackup(part));
  MARQUEE_RETURN_IF_ERROR(Move(part, target));
  return contents;
}

}  // namespace

absl::StatusOr<BackupContents> VerifyBackup(const fs::path& backup) {
  std::error_code error;
  if (!fs::is_regular_file(backup, error)) return Refused(backup, "there is no such file");
  const auto db = Database::Open(backup.string(), Database::Mode::kReadOnly, kBusy);
  if (!db.ok()) return Refused(backup, base::MessageOf(db.status()));
  auto contents = Verify(**db);
  if (!contents.ok()) return Refused(backup, base::MessageOf(contents.status()));
  return contents;
}

absl::StatusOr<BackupContents> BackUp(const fs::path& database, const fs::path& target) {
  std::error_code error;
  if (!fs::is_regular_file(database, error)) return Refused(database, "there is no database");
  if (fs::exists(target, error)) return Refused(target, "it exists; name another file");
  const fs::path part = target.string() + ".part";
  fs::remove(part, error);
  auto contents = CopyAndVerify(database, part, target);
  if (contents.ok()) return contents;
  fs::remove(part, error);
  return Refused(target, fmt::format("no backup was made: {}", base::MessageOf(contents.status())));
}

absl::StatusOr<BackupContents> Restore(const fs::path& backup, const fs::path& database) {
  MARQUEE_ASSIGN_OR_RETURN(const BackupContents contents, VerifyBackup(backup));
  const auto lock = FileLock::Acquire(database.string() + ".lock");
  if (!lock.ok()) return Refused(database, base::MessageOf(lock.status()));
  std::error_code error;
  const fs::path part = database.string() + ".part";
  fs::remove(part, error);
  MARQUEE_RETURN_IF_ERROR(Copy(backup, part));
  MARQUEE_RETURN_IF_ERROR(Sync(part));
  MARQUEE_RETURN_IF_ERROR(VerifyBackup(part).status());
  // The WAL first: without its database it means nothing, and beside the new one it would be wrong.
  for (const char* suffix : {"-wal", "-shm", ""}) {
    const fs::path old = database.string() + suffix;
    if (!fs::exists(old, error)) continue;
    MARQUEE_RETURN_IF_ERROR(Move(old, database.string() + ".before-restore" + suffix));
  }
  MARQUEE_RETURN_IF_ERROR(Move(part, database));
  return contents;
}

}  // namespace marquee::devices
