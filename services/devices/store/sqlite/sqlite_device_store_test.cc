#include "services/devices/store/sqlite/sqlite_device_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <latch>
#include <thread>

#include "libs/base/strings.h"
#include "services/devices/store/device_store_conformance.h"
#include "services/devices/store/sqlite/migrations.h"

namespace marquee::devices {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

absl::StatusOr<std::unique_ptr<SqliteDeviceStore>> Open(StoreSurroundings& with,
                                                        const std::filesystem::path& file) {
  return SqliteDeviceStore::Create({.file = file}, {.clock = with.clock, .metrics = with.metrics});
}

std::string WhyNot(StoreSurroundings& with, const std::filesystem::path& file,
                   absl::StatusCode code = absl::StatusCode::kFailedPrecondition) {
  const auto store = Open(with, file);
  EXPECT_EQ(store.status().code(), code) << store.status();
  return std::string(base::MessageOf(store.status()));
}

INSTANTIATE_TEST_SUITE_P(SqliteOnDisk, DeviceStoreConformance,
                         ::testing::Values(StoreKind{.open = [](StoreSurroundings& with) {
                           return *Open(with, with.dir / "devices.db");
                         }}));
INSTANTIATE_TEST_SUITE_P(SqliteInMemory, DeviceStoreConformance,
                         ::testing::Values(StoreKind{
                             .open = [](StoreSurroundings& with) { return *Open(with, {}); },
                             .durable = false}));

class SqliteDeviceStoreTest : public ::testing::Test {
 protected:
  StoreSurroundings with_;
  const std::filesystem::path file_ = with_.dir / "devices.db";
};

TEST_F(SqliteDeviceStoreTest, RejectsASecondProcessAndNamesTheFirst) {
  const auto first = Open(with_, file_);
  ASSERT_TRUE(first.ok());

  // flock(2) is bound to the open file, so a second open in this process conflicts as one in
  // another process would.
  EXPECT_THAT(WhyNot(with_, file_),
              AllOf(HasSubstr(file_.string()), HasSubstr("in use by process"),
                    HasSubstr(std::to_string(getpid())), HasSubstr("data_dir")));
}

TEST_F(SqliteDeviceStoreTest, TheLockEndsWithItsProcess) {
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto store = Open(with_, file_);
    const char told = store.ok() ? 'y' : 'n';
    (void)!write(ready[1], &told, 1);
    _exit(0);  // without closing anything, like kill -9
  }
  char told = 0;
  ASSERT_EQ(read(ready[0], &told, 1), 1);
  ASSERT_EQ(told, 'y');
  int ignored = 0;
  waitpid(child, &ignored, 0);

  EXPECT_TRUE(Open(with_, file_).ok());
}

TEST_F(SqliteDeviceStoreTest, RejectsAndKeepsAFileThatIsNotADatabase) {
  const std::string text(4096, 'x');
  with_.dir.Write("devices.db", text);

  EXPECT_THAT(WhyNot(with_, file_, absl::StatusCode::kUnavailable),
              AllOf(HasSubstr("not a database"), HasSubstr("backup")));

  std::ifstream in(file_);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), text);
}

TEST_F(SqliteDeviceStoreTest, RejectsADamagedDatabase) {
  {
    const auto store = Open(with_, file_);
    ASSERT_TRUE(store.ok());
    for (int i = 0; i < 200; ++i) {
      const absl::Status put = (*store)->Write([&](StoreTransaction& transaction) {
        Device device;
        device.id = std::to_string(i);
        device.secret_hash = std::string(300, 'h');
        device.created_at = device.registered_at = device.updated_at = with_.clock.Now();
        return transaction.PutDevice(device);
      });
      ASSERT_TRUE(put.ok());
    }
  }
  std::fstream damage(file_, std::ios::in | std::ios::out | std::ios::binary);
  damage.seekp(3 * 4096);
  damage << std::string(8 * 4096, '\x5a');
  damage.close();

  EXPECT_THAT(WhyNot(with_, file_, absl::StatusCode::kDataLoss),
              AllOf(HasSubstr(file_.string()), HasSubstr("backup")));
}

TEST_F(SqliteDeviceStoreTest, RejectsAndKeepsAnEmptyFileBesideOtherFiles) {
  for (const char* other : {"secrets.key", "devices.db.before-restore", "sources/x.json"}) {
    SCOPED_TRACE(other);
    StoreSurroundings with;
    with.dir.Write("devices.db", "");
    with.dir.Write(other, "x");

    EXPECT_THAT(WhyNot(with, with.dir / "devices.db", absl::StatusCode::kDataLoss),
                AllOf(HasSubstr("empty"), HasSubstr("restore")));
    EXPECT_EQ(std::filesystem::file_size(with.dir / "devices.db"), 0U);
  }
}

TEST_F(SqliteDeviceStoreTest, TreatsASingleEmptyFileAsANewStore) {
  with_.dir.Write("devices.db", "");

  const auto store = Open(with_, file_);

  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_TRUE((*store)->is_new());
}

TEST_F(SqliteDeviceStoreTest, RejectsAMissingFileBesideItsWal) {
  with_.dir.Write("devices.db-wal", "x");

  EXPECT_THAT(WhyNot(with_, file_, absl::StatusCode::kDataLoss), HasSubstr("devices.db-wal"));
}

TEST_F(SqliteDeviceStoreTest, CreatesTheFileOnlyWithItsSchema) {
  {
    EXPECT_TRUE((*Open(with_, file_))->is_new());
  }
  with_.dir.Write("secrets.key", "x");

  const auto again = Open(with_, file_);

  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_FALSE((*again)->is_new());
}

TEST_F(SqliteDeviceStoreTest, RejectsAndKeepsANewerSchema) {
  {
    auto db = Database::Open(file_.string(), Database::Mode::kReadWrite, absl::Seconds(1));
    ASSERT_TRUE(db.ok());
    ASSERT_TRUE(Migrate(**db).ok());
    ASSERT_TRUE((*db)->Execute("PRAGMA user_version = 99").ok());
  }

  EXPECT_THAT(WhyNot(with_, file_), AllOf(HasSubstr("schema 99"), HasSubstr("newer Marquee")));
}

TEST_F(SqliteDeviceStoreTest, RejectsADatabaseOfAnotherProgram) {
  {
    auto db = Database::Open(file_.string(), Database::Mode::kReadWrite, absl::Seconds(1));
    ASSERT_TRUE(db.ok());
    ASSERT_TRUE((*db)->Execute("CREATE TABLE bookmarks (url TEXT)").ok());
  }

  EXPECT_THAT(WhyNot(with_, file_), HasSubstr("another program"));
}

TEST_F(SqliteDeviceStoreTest, NamesAMissingFolder) {
  EXPECT_THAT(WhyNot(with_, with_.dir / "no/such/devices.db", absl::StatusCode::kUnavailable),
              HasSubstr("no/such/devices.db"));
}

TEST_F(SqliteDeviceStoreTest, CreatesThePrivateDatabaseFile) {
  ASSERT_TRUE(Open(with_, file_).ok());

  const auto permissions = std::filesystem::status(file_).permissions();
  EXPECT_EQ(permissions & (std::filesystem::perms::group_all | std::filesystem::perms::others_all),
            std::filesystem::perms::none);
}

TEST_F(SqliteDeviceStoreTest, MigratingTwiceChangesNothing) {
  auto db = Database::Open(":memory:", Database::Mode::kReadWrite, absl::Seconds(1));
  ASSERT_TRUE(db.ok());
  ASSERT_TRUE(Migrate(**db).ok());

  EXPECT_TRUE(Migrate(**db).ok());
  EXPECT_EQ(*(*db)->QueryInt("PRAGMA user_version"), NewestSchema());
}

TEST_F(SqliteDeviceStoreTest, ConcurrentWritesShareACommit) {
  auto store = Open(with_, file_);
  ASSERT_TRUE(store.ok());
  constexpr int kFollowers = 8;
  std::latch leader_writes(1);
  std::latch let_go(1);
  std::thread leader([&] {
    const absl::Status led = (*store)->Write([&](StoreTransaction&) {
      leader_writes.count_down();
      let_go.wait();
      return absl::OkStatus();
    });
    EXPECT_TRUE(led.ok());
  });
  leader_writes.wait();
  std::vector<std::thread> followers;
  for (int i = 0; i < kFollowers; ++i) {
    followers.emplace_back([&] {
      EXPECT_TRUE((*store)->Write([](StoreTransaction&) { return absl::OkStatus(); }).ok());
    });
  }
  while ((*store)->waiting_writes() < kFollowers) std::this_thread::yield();
  let_go.count_down();
  leader.join();
  for (std::thread& follower : followers) follower.join();

  EXPECT_THAT(with_.metrics.Render(), HasSubstr("marquee_store_write_seconds_count 2"));
}

}  // namespace
}  // namespace marquee::devices
