#include "services/devices/store/sqlite/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "libs/base/strings.h"
#include "services/devices/store/device_store_conformance.h"
#include "services/devices/store/sqlite/migrations.h"
#include "services/devices/store/sqlite/sqlite_device_store.h"

namespace marquee::devices {
namespace {

using ::testing::HasSubstr;

class BackupTest : public ::testing::Test {
 protected:
  std::unique_ptr<SqliteDeviceStore> Open() {
    auto store = SqliteDeviceStore::Create({.file = file_},
                                           {.clock = with_.clock, .metrics = with_.metrics});
    EXPECT_TRUE(store.ok()) << store.status();
    return std::move(*store);
  }
  void Put(DeviceStore& store, const std::string& id) {
    Device device;
    device.id = id;
    device.secret_hash = "sha256:00";
    device.created_at = device.registered_at = device.updated_at = with_.clock.Now();
    ASSERT_TRUE(store.Write([&](StoreTransaction& rows) { return rows.PutDevice(device); }).ok());
  }
  static std::string WhyNot(const absl::StatusOr<BackupContents>& contents) {
    return std::string(base::MessageOf(contents.status()));
  }

  StoreSurroundings with_;
  const std::filesystem::path file_ = with_.dir / "devices.db";
  const std::filesystem::path backup_ = with_.dir / "backup.db";
};

TEST_F(BackupTest, RestoresABackupOfARunningStore) {
  {
    const auto store = Open();
    Put(*store, "a");
    const auto made = BackUp(file_, backup_);
    ASSERT_TRUE(made.ok()) << made.status();
    EXPECT_EQ(made->devices, 1);
    Put(*store, "b");
    EXPECT_THAT(WhyNot(Restore(backup_, file_)), HasSubstr("in use by process"));
  }

  const auto restored = Restore(backup_, file_);

  ASSERT_TRUE(restored.ok()) << restored.status();
  EXPECT_EQ(restored->devices, 1);
  EXPECT_TRUE(std::filesystem::exists(with_.dir / "devices.db.before-restore"));
  const auto store = Open();
  Put(*store, "c");
  EXPECT_EQ(VerifyBackup(with_.dir / "devices.db.before-restore")->devices, 2);
}

TEST_F(BackupTest, CreatesAPrivateBackupAndOverwritesNothing) {
  const auto store = Open();
  ASSERT_TRUE(BackUp(file_, backup_).ok());

  const auto permissions = std::filesystem::status(backup_).permissions();
  EXPECT_EQ(permissions & (std::filesystem::perms::group_all | std::filesystem::perms::others_all),
            std::filesystem::perms::none);
  EXPECT_THAT(WhyNot(BackUp(file_, backup_)), HasSubstr("exists"));
  EXPECT_THAT(WhyNot(BackUp(with_.dir / "none.db", with_.dir / "x")), HasSubstr("no database"));
}

TEST_F(BackupTest, DoesNotRestoreADamagedFile) {
  {
    const auto store = Open();
    for (int i = 0; i < 300; ++i) Put(*store, std::to_string(i));
    ASSERT_TRUE(BackUp(file_, backup_).ok());
  }
  {
    std::fstream damage(backup_, std::ios::in | std::ios::out | std::ios::binary);
    damage.seekp(4 * 4096);
    damage << std::string(4096, '\x5a');
  }
  with_.dir.Write("text", "no database at all");

  EXPECT_THAT(WhyNot(Restore(backup_, file_)), HasSubstr("backup.db"));
  EXPECT_THAT(WhyNot(Restore(with_.dir / "text", file_)), HasSubstr("not a database"));
  EXPECT_FALSE(std::filesystem::exists(with_.dir / "devices.db.before-restore"));
}

TEST_F(BackupTest, ARestoreIncrementsTheGeneration) {
  const auto info_of = [&] {
    const auto store = Open();
    std::optional<StoreInfo> info;
    EXPECT_TRUE(store
                    ->Read([&](StoreView& rows) -> absl::Status {
                      info = rows.FindStoreInfo().value();
                      return absl::OkStatus();
                    })
                    .ok());
    return info.value_or(StoreInfo());
  };
  StoreInfo made = NewStoreInfo();
  {
    const auto store = Open();
    ASSERT_TRUE(store->Write([&](StoreTransaction& rows) { return rows.PutStoreInfo(made); }).ok());
    ASSERT_TRUE(BackUp(file_, backup_).ok());
  }

  ASSERT_TRUE(Restore(backup_, file_).ok());
  made.generation = 1;
  EXPECT_EQ(info_of(), made);

  // And again: no secret of that backup was issued in the resulting generation.
  ASSERT_TRUE(BackUp(file_, with_.dir / "second.db").ok());
  ASSERT_TRUE(Restore(with_.dir / "second.db", file_).ok());
  made.generation = 2;
  EXPECT_EQ(info_of(), made);
}

// A backup changed by another program: every page is intact.
class ForeignBackupTest : public BackupTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(ForeignBackupTest, IsRejectedInTimeAndBeforeTheDatabaseIsMoved) {
  {
    const auto store = Open();
    Put(*store, "a");
    ASSERT_TRUE(BackUp(file_, backup_).ok());
  }
  {
    const auto db = Database::Open(backup_.string(), Database::Mode::kReadWrite, absl::Seconds(1));
    ASSERT_TRUE(db.ok());
    const absl::Status changed = (*db)->Execute(GetParam());
    ASSERT_TRUE(changed.ok()) << changed;
  }

  EXPECT_THAT(WhyNot(Restore(backup_, file_)), HasSubstr("backup.db"));
  EXPECT_FALSE(std::filesystem::exists(with_.dir / "devices.db.before-restore"));
  Put(*Open(), "b");
}

constexpr char kHangs[] =
    "ALTER TABLE devices RENAME TO d; CREATE VIEW devices AS WITH RECURSIVE n(i) AS (SELECT 1 "
    "UNION ALL SELECT i + 1 FROM n) SELECT d.* FROM d, n";
INSTANTIATE_TEST_SUITE_P(
    Changes, ForeignBackupTest,
    ::testing::Values("DROP TABLE documents", "DROP INDEX devices_by_creation", kHangs,
                      "CREATE TRIGGER t AFTER INSERT ON devices BEGIN DELETE FROM accounts; END",
                      "CREATE VIEW v AS SELECT 1", "CREATE TABLE extra (a)",
                      "ALTER TABLE accounts ADD COLUMN extra TEXT",
                      "DROP TABLE profiles; CREATE TABLE profiles (id TEXT PRIMARY KEY, name TEXT)",
                      "CREATE INDEX i ON devices (abs(revision))", "PRAGMA user_version = 0",
                      "PRAGMA user_version = 3", "PRAGMA application_id = 1"));

// Upgrades from every schema version to the newest: rows are kept, and the tables equal those of a
// new database.
class UpgradeTest : public ::testing::TestWithParam<int64_t> {};

std::string SchemaOf(Database& db) {
  return *db.QueryText(
      "SELECT group_concat(name || ' ' || columns, char(10)) FROM (SELECT m.name, (SELECT "
      "group_concat(name || ':' || type || ':' || \"notnull\", ',') FROM (SELECT * FROM "
      "pragma_table_info(m.name) ORDER BY name)) AS columns FROM sqlite_schema m WHERE m.type IN "
      "('table', 'index') AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name)");
}

TEST_P(UpgradeTest, UpgradesAnOlderDatabaseAndKeepsItsRows) {
  const auto db = Database::Open(":memory:", Database::Mode::kReadWrite, absl::Seconds(1));
  ASSERT_TRUE(Migrate(**db, GetParam()).ok());
  ASSERT_EQ(*(*db)->QueryInt("PRAGMA user_version"), GetParam());
  ASSERT_TRUE(
      (*db)
          ->Execute("INSERT INTO devices (id, secret_hash, name, location, tags, preset, "
                    "plex_username, settings_override, client_info, current_state, reload, "
                    "created_at, registered_at, updated_at, revision) VALUES ('a', 'h', "
                    "'Foyer', '', '[]', '', '', '{}', '{}', '{}', 0, 1, 1, 1, 1);"
                    "INSERT INTO commands (id, device_id, type, payload, state, created_at, "
                    "expires_at, deliveries, heartbeat_handouts, detail) VALUES ('c', 'a', "
                    "'playback.next', '{}', 'queued', 1, 2, 0, 0, '')")
          .ok());

  ASSERT_TRUE(Migrate(**db).ok());

  const auto fresh = Database::Open(":memory:", Database::Mode::kReadWrite, absl::Seconds(1));
  ASSERT_TRUE(Migrate(**fresh).ok());
  EXPECT_EQ(SchemaOf(**db), SchemaOf(**fresh));
  EXPECT_EQ(*(*db)->QueryInt("PRAGMA user_version"), NewestSchema());
  EXPECT_EQ(*(*db)->QueryText("SELECT name || group_ids FROM devices"), "Foyer[]");
  EXPECT_EQ(*(*db)->QueryInt("SELECT held FROM commands"), 0);
}

INSTANTIATE_TEST_SUITE_P(Versions, UpgradeTest, ::testing::Range<int64_t>(1, NewestSchema() + 1));

}  // namespace
}  // namespace marquee::devices
