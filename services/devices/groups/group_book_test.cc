#include "services/devices/groups/group_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/status.h"
#include "libs/rpc/error_info.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/fake_clock.h"
#include "services/devices/bus/inproc_bus.h"
#include "services/devices/store/sqlite/sqlite_device_store.h"

namespace marquee::devices {
namespace {

class GroupBookTest : public ::testing::Test {
 protected:
  GroupBookTest()
      : store_(std::move(*SqliteDeviceStore::Create({}, {.clock = clock_, .metrics = metrics_}))),
        book_({.store = *store_, .bus = bus_, .clock = clock_, .logger = logger_}) {
    changed_ = bus_.Subscribe(BusTopic::kSettingsChanged, [this](std::string_view) { ++changes_; });
  }

  void PutDevice(const std::string& id, const std::vector<std::string>& groups,
                 const std::string& profile) {
    Device device;
    device.id = id;
    device.secret_hash = "sha256:00";
    device.created_at = device.registered_at = device.updated_at = clock_.Now();
    device.groups = groups;
    device.profile_id = profile;
    ASSERT_TRUE(
        store_->Write([&](StoreTransaction& store) { return store.PutDevice(device); }).ok());
  }
  Device Find(const std::string& id) {
    std::optional<Device> found;
    EXPECT_TRUE(store_
                    ->Read([&](StoreView& store) -> absl::Status {
                      MARQUEE_ASSIGN_OR_RETURN(found, store.FindDevice(id));
                      return absl::OkStatus();
                    })
                    .ok());
    return found.value_or(Device());
  }

  testing::FakeClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  InprocBus bus_;
  std::unique_ptr<DeviceStore> store_;
  GroupBook book_;
  int changes_ = 0;
  std::shared_ptr<void> changed_;
};

TEST_F(GroupBookTest, ANewGroupComesLastAndGetsAnId) {
  ASSERT_TRUE(book_.CreateGroup("foyer", {.order = 7}, "").ok());
  const auto second = book_.CreateGroup("", {.name = "Hall"}, "");

  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->order, 8);
  EXPECT_EQ(second->id.size(), 36U);
  EXPECT_EQ(book_.ListGroups()->size(), 2U);
  EXPECT_EQ(changes_, 2);
}

TEST_F(GroupBookTest, AnIdIsTakenOnceAndMustFitIntoAPath) {
  ASSERT_TRUE(book_.CreateGroup("foyer", {}, "").ok());

  EXPECT_TRUE(absl::IsAlreadyExists(book_.CreateGroup("foyer", {}, "").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(book_.CreateGroup("a/b", {}, "").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(book_.CreateGroup("a\"b", {}, "").status()));
}

TEST_F(GroupBookTest, ARepeatedRequestMakesOneGroup) {
  const auto first = book_.CreateGroup("", {.name = "Hall"}, "r1");
  const auto again = book_.CreateGroup("", {.name = "Hall"}, "r1");

  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->id, first->id);
  EXPECT_EQ(book_.ListGroups()->size(), 1U);
}

TEST_F(GroupBookTest, OfTwoEditorsOfOneVersionTheSecondIsToldThePresentOne) {
  const auto group = book_.CreateGroup("foyer", {}, "");
  ASSERT_TRUE(book_.UpdateGroup("foyer", {.name = "A"}, group->revision, "").ok());

  const absl::Status second =
      book_.UpdateGroup("foyer", {.name = "B"}, group->revision, "").status();

  EXPECT_TRUE(absl::IsAborted(second)) << second;
  EXPECT_EQ(rpc::MetadataOf(second, "version"), "2");
  EXPECT_EQ(book_.ListGroups()->front().name, "A");
}

TEST_F(GroupBookTest, SettingsAreAnObjectAndTheOrderIsClamped) {
  ASSERT_TRUE(book_.CreateGroup("foyer", {}, "").ok());

  EXPECT_TRUE(absl::IsInvalidArgument(
      book_.UpdateGroup("foyer", {.settings_template = "[1]"}, {}, "").status()));
  EXPECT_EQ(book_.UpdateGroup("foyer", {.order = -4}, {}, "")->order, 0);
  EXPECT_EQ(book_.UpdateGroup("foyer", {.order = int64_t{1} << 40}, {}, "")->order, kMaxGroupOrder);
}

TEST_F(GroupBookTest, ADeletedGroupLeavesNoMemberBehind) {
  ASSERT_TRUE(book_.CreateGroup("foyer", {}, "").ok());
  ASSERT_TRUE(book_.CreateGroup("f_yer", {}, "").ok());
  PutDevice("a", {"foyer", "f_yer"}, "");
  EXPECT_EQ(*book_.MembersOf("f_yer"), std::vector<std::string>{"a"});
  PutDevice("b", {"foyer"}, "");
  EXPECT_EQ(*book_.MembersOf("f_yer"), std::vector<std::string>{"a"});

  ASSERT_TRUE(book_.DeleteGroup("foyer", "").ok());

  EXPECT_EQ(Find("a").groups, std::vector<std::string>{"f_yer"});
  EXPECT_TRUE(Find("b").groups.empty());
  EXPECT_TRUE(absl::IsNotFound(book_.DeleteGroup("foyer", "")));
}

TEST_F(GroupBookTest, ADeletedProfileIsTakenFromItsDevices) {
  ASSERT_TRUE(book_.CreateProfile("quiet", {.name = "Quiet"}, "").ok());
  PutDevice("a", {}, "quiet");

  ASSERT_TRUE(book_.DeleteProfile("quiet", "").ok());

  EXPECT_EQ(Find("a").profile_id, "");
  EXPECT_TRUE(book_.ListProfiles()->empty());
}

}  // namespace
}  // namespace marquee::devices
