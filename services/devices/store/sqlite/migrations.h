// Schema migrations: numbered, forward only, one file each under migrations/. A released migration
// is never edited; later changes get the next number.
#pragma once

#include <absl/status/status.h>

#include <array>
#include <cstdint>

#include "services/devices/store/sqlite/database.h"

namespace marquee::devices {

struct Migration {
  int64_t number;  // 1, 2, 3 … without gaps; stored in PRAGMA user_version
  const char* sql;
};

extern const char kMigration0001[];
extern const char kMigration0002[];
extern const char kMigration0003[];
extern const char kMigration0004[];
extern const char kMigration0005[];
extern const char kMigration0006[];
extern const char kMigration0007[];

// "MARQ" in ASCII, stored in PRAGMA application_id: identifies the file as Marquee's.
inline constexpr int64_t kApplicationId = 0x4d415251;

// The number of the newest migration.
int64_t NewestSchema();

// Migrates `db` from its version to `target`, one transaction per step. Programs always migrate to
// the newest; tests of upgrades start at older ones. kFailedPrecondition, in one sentence: the file
// belongs to another program or was written by a newer Marquee; nothing was changed.
absl::Status Migrate(Database& db, int64_t target = NewestSchema());

}  // namespace marquee::devices
