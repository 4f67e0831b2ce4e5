#include "services/devices/store/sqlite/backup.h"

#include <absl/status/statusor.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>
#include <vector>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "services/devices/model/ids.h"
#include "services/devices/store/sqlite/database.h"
#include "services/devices/store/sqlite/file_lock.h"
#include "services/devices/store/sqlite/migrations.h"
#include "services/devices/store/sqlite/rows.h"
#include "services/devices/store/sqlite/store_file.h"

namespace marquee::devices {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kBusy = absl::Seconds(30);

// A database of 10,000 displays (40 MB) takes a second; a slow SD card reads 1 GB in this time.
constexpr auto kVerifyWithin = std::chrono::minutes(2);

absl::Status FailedPrecondition(const fs::path& file, std::string_view why) {
  return absl::FailedPreconditionError(fmt::format("{}: {}", file.string(), why));
}

// Creates a copy without a WAL file, so that it is a single file.
absl::Status Copy(const fs::path& from, const fs::path& to) {
  MARQUEE_RETURN_IF_ERROR(CreatePrivately(to));
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

// All objects of the schema with their definitions, one per line, whitespace normalised. Objects
// created by SQLite itself (sqlite_…) have no executable definition.
absl::StatusOr<std::vector<std::string>> SchemaOf(Database& db) {
  MARQUEE_ASSIGN_OR_RETURN(
      const std::string text,
      db.QueryText("SELECT coalesce(group_concat(type || ' ' || name || char(31) || sql, char(30)),"
                   " '') FROM (SELECT type, name, coalesce(sql, '') AS sql FROM sqlite_schema "
                   "WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' OR type NOT IN ('table', "
                   "'index') ORDER BY type, name)"));
  std::vector<std::string> objects;
  std::string object;
  bool blank = false;
  for (const char c : text) {
    if (c == '\x1e') {
      objects.push_back(std::exchange(object, std::string()));
    } else if (c == ' ' || c == '\n' || c == '\t') {
      blank = true;
      continue;
    } else {
      if (blank && !object.empty()) object += ' ';
      object += c;
    }
    blank = false;
  }
  if (!object.empty()) objects.push_back(std::move(object));
  return objects;
}

std::string NameOfObject(const std::string& object) {
  return object.substr(0, object.find('\x1f'));
}

// Checks that the tables and indexes are exactly those of this program: a trigger or view would run
// inside our statements.
absl::Status CheckSchema(Database& db, int64_t schema) {
  MARQUEE_ASSIGN_OR_RETURN(const auto ours,
                           Database::Open(":memory:", Database::Mode::kReadWrite, kBusy));
  MARQUEE_RETURN_IF_ERROR(Migrate(*ours, schema));
  MARQUEE_ASSIGN_OR_RETURN(const std::vector<std::string> expected, SchemaOf(*ours));
  MARQUEE_ASSIGN_OR_RETURN(const std::vector<std::string> found, SchemaOf(db));
  for (const std::string& object : found) {
    if (std::ranges::find(expected, object) != expected.end()) continue;
    return absl::FailedPreconditionError(
        fmt::format("schema {} does not have this {}; the file was changed by another program",
                    schema, NameOfObject(object)));
  }
  for (const std::string& object : expected) {
    if (std::ranges::find(found, object) != found.end()) continue;
    return absl::FailedPreconditionError(
        fmt::format("{} of schema {} is missing", NameOfObject(object), schema));
  }
  return absl::OkStatus();
}

absl::StatusOr<BackupContents> Verify(Database& db) {
  // The file may come from anywhere: no function of its schema may run before the schema is
  // verified.
  db.LimitUntil(std::chrono::steady_clock::now() + kVerifyWithin);
  MARQUEE_RETURN_IF_ERROR(db.Execute("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON"));
  MARQUEE_ASSIGN_OR_RETURN(const int64_t application, db.QueryInt("PRAGMA application_id"));
  if (application != kApplicationId) {
    return absl::FailedPreconditionError("it is a database of another program");
  }
  BackupContents contents;
  MARQUEE_ASSIGN_OR_RETURN(contents.schema, db.QueryInt("PRAGMA user_version"));
  if (contents.schema > NewestSchema()) {
    return absl::FailedPreconditionError(fmt::format(
        "it has schema {}, this program supports schemas up to {}; use the newer Marquee",
        contents.schema, NewestSchema()));
  }
  if (contents.schema < 1) return absl::FailedPreconditionError("it has no schema; it is empty");
  MARQUEE_RETURN_IF_ERROR(CheckSchema(db, contents.schema));
  MARQUEE_ASSIGN_OR_RETURN(const std::string check, db.QueryText("PRAGMA integrity_check(1)"));
  if (check != "ok") return absl::FailedPreconditionError(fmt::format("it is damaged ({})", check));
  MARQUEE_ASSIGN_OR_RETURN(contents.devices, Rows(db, "devices", contents.schema, 1));
  MARQUEE_ASSIGN_OR_RETURN(contents.commands, Rows(db, "commands", contents.schema, 1));
  MARQUEE_ASSIGN_OR_RETURN(contents.documents, Rows(db, "documents", contents.schema, 3));
  MARQUEE_ASSIGN_OR_RETURN(contents.accounts, Rows(db, "accounts", contents.schema, 4));
  return contents;
}

// Records in the restored database that it was restored: a display whose secret was changed after
// the backup must not be rejected with a wrong secret.
absl::Status CountRestore(const fs::path& file) {
  MARQUEE_ASSIGN_OR_RETURN(const auto db,
                           Database::Open(file.string(), Database::Mode::kReadWrite, kBusy));
  MARQUEE_RETURN_IF_ERROR(Migrate(*db));
  SqliteRows rows(*db);
  MARQUEE_ASSIGN_OR_RETURN(auto info, rows.FindStoreInfo());
  if (!info) info = NewStoreInfo();
  ++info->generation;
  return rows.PutStoreInfo(*info);
}

absl::StatusOr<BackupContents> CopyAndVerify(const fs::path& database, const fs::path& part,
                                             const fs::path& target) {
  MARQUEE_RETURN_IF_ERROR(Copy(database, part));
  MARQUEE_RETURN_IF_ERROR(SyncPath(part));
  MARQUEE_ASSIGN_OR_RETURN(const BackupContents contents, VerifyBackup(part));
  MARQUEE_RETURN_IF_ERROR(MovePath(part, target));
  return contents;
}

}  // namespace

absl::StatusOr<BackupContents> VerifyBackup(const fs::path& backup) {
  std::error_code error;
  if (!fs::is_regular_file(backup, error)) return FailedPrecondition(backup, "no such file");
  const auto db = Database::Open(backup.string(), Database::Mode::kReadOnly, kBusy);
  if (!db.ok()) return FailedPrecondition(backup, base::MessageOf(db.status()));
  auto contents = Verify(**db);
  if (!contents.ok()) return FailedPrecondition(backup, base::MessageOf(contents.status()));
  return contents;
}

absl::StatusOr<BackupContents> BackUp(const fs::path& database, const fs::path& target) {
  std::error_code error;
  if (!fs::is_regular_file(database, error))
    return FailedPrecondition(database, "no database at this path");
  if (fs::exists(target, error))
    return FailedPrecondition(target, "the file exists; choose another name");
  const fs::path part = target.string() + ".part";
  fs::remove(part, error);
  auto contents = CopyAndVerify(database, part, target);
  if (contents.ok()) return contents;
  fs::remove(part, error);
  return FailedPrecondition(
      target, fmt::format("the backup failed: {}", base::MessageOf(contents.status())));
}

absl::StatusOr<BackupContents> Restore(const fs::path& backup, const fs::path& database) {
  MARQUEE_ASSIGN_OR_RETURN(const BackupContents contents, VerifyBackup(backup));
  const auto lock = FileLock::Acquire(database.string() + ".lock");
  if (!lock.ok()) return FailedPrecondition(database, base::MessageOf(lock.status()));
  std::error_code error;
  const fs::path part = database.string() + ".part";
  fs::remove(part, error);
  MARQUEE_RETURN_IF_ERROR(Copy(backup, part));
  MARQUEE_RETURN_IF_ERROR(VerifyBackup(part).status());
  if (const absl::Status counted = CountRestore(part); !counted.ok()) {
    return FailedPrecondition(part, base::MessageOf(counted));
  }
  MARQUEE_RETURN_IF_ERROR(SyncPath(part));
  // The WAL first: it is useless without its database, and harmful beside the new one.
  for (const char* suffix : {"-wal", "-shm", ""}) {
    const fs::path old = database.string() + suffix;
    if (!fs::exists(old, error)) continue;
    MARQUEE_RETURN_IF_ERROR(MovePath(old, database.string() + ".before-restore" + suffix));
  }
  MARQUEE_RETURN_IF_ERROR(MovePath(part, database));
  return contents;
}

}  // namespace marquee::devices
