#include "services/devices/store/sqlite/migrations.h"

#include <fmt/format.h>

#include "libs/base/status.h"

namespace marquee::devices {
namespace {

constexpr std::array kMigrations = {
    Migration{1, kMigration0001}, Migration{2, kMigration0002}, Migration{3, kMigration0003},
    Migration{4, kMigration0004}, Migration{5, kMigration0005}, Migration{6, kMigration0006},
    Migration{7, kMigration0007},
};

}  // namespace

int64_t NewestSchema() { return kMigrations.back().number; }

absl::Status Migrate(Database& db, int64_t target) {
  MARQUEE_ASSIGN_OR_RETURN(const int64_t version, db.QueryInt("PRAGMA user_version"));
  MARQUEE_ASSIGN_OR_RETURN(const int64_t application, db.QueryInt("PRAGMA application_id"));
  MARQUEE_ASSIGN_OR_RETURN(const int64_t objects,
                           db.QueryInt("SELECT count(*) FROM sqlite_schema"));
  if (application != kApplicationId && (objects > 0 || version != 0)) {
    return absl::FailedPreconditionError(
        "the file is a database of another program; choose another file");
  }
  if (version > NewestSchema()) {
    return absl::FailedPreconditionError(
        fmt::format("the file has schema {}, this program supports schemas up to {}; start the "
                    "newer Marquee that "
                    "wrote it, or restore a backup made before the upgrade",
                    version, NewestSchema()));
  }
  for (const Migration& migration : kMigrations) {
    if (migration.number <= version || migration.number > target) continue;
    // user_version and application_id are part of the database header and thus of the transaction.
    const absl::Status applied = db.Execute(
        fmt::format("BEGIN IMMEDIATE; PRAGMA application_id = {}; {} PRAGMA user_version = {}; "
                    "COMMIT;",
                    kApplicationId, migration.sql, migration.number));
    if (!applied.ok()) {
      db.Execute("ROLLBACK").IgnoreError();  // fails if SQLite has rolled back already
      return applied;
    }
  }
  return absl::OkStatus();
}

}  // namespace marquee::devices
