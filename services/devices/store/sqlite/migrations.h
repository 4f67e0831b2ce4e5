// The schema's history: numbered, forward only, each in a file of its own under migrations/. A
// migration that was ever released is never edited; a change of mind is the next number.
#pragma once

#include <absl/status/status.h>

#include <array>
#include <cstdint>

#include "services/devices/store/sqlite/database.h"

namespace marquee::devices {

struct Migration {
  int64_t number;  // 1, 2, 3 … without gaps; kept in PRAGMA user_version
  const char* sql;
};

extern const char kMigration0001[];
extern const char kMigration0002[];
extern const char kMigration0003[];
extern const char kMigration0004[];
extern const char kMigration0005[];
extern const char kMigration0006[];
extern const char kMigration0007[];

// "MARQ" in ASCII, kept in PRAGMA application_id: tells our file from anyone else's.
inline constexpr int64_t kApplicationId = 0x4d415251;

// The number of the newest migration this program knows.
int64_t NewestSchema();

// Brings `db` from whatever version it has to `target`, one transaction a step; a program always
// goes to the newest, tests of upgrades begin at older ones.
// kFailedPrecondition, in one sentence: the file is another program's, or was written by a newer
// Marquee; nothing has been changed then.
absl::Status Migrate(Database& db, int64_t target = NewestSchema());

}  // namespace marquee::devices
