#include "services/devices/groups/group_manager.h"

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

class GroupManagerTest : public ::testing::Test {
 protected:
  GroupManagerTest()
      : store_(std::move(*SqliteDeviceStore::Create({}, {.clock = clock_, .metrics = metrics_}))),
        manager_({.store = *store_, .bus = bus_, .clock = clock_, .logger = logger_}) {
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
  GroupManager manager_;
  int changes_ = 0;
  std::shared_ptr<void> changed_;
};

TEST_F(GroupManagerTest, ANewGroupGetsTheLargestOrderAndAnId) {
  ASSERT_TRUE(manager_.CreateGroup("foyer", {.order = 7}, "").ok());
  const auto second = manager_.CreateGroup("", {.name = "Hall"}, "");

  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->order, 8);
  EXPECT_EQ(second->id.size(), 36U);
  EXPECT_EQ(manager_.ListGroups()->size(), 2U);
  EXPECT_EQ(changes_, 2);
}

TEST_F(GroupManagerTest, RejectsDuplicateAndInvalidIds) {
  ASSERT_TRUE(manager_.CreateGroup("foyer", {}, "").ok());

  EXPECT_TRUE(absl::IsAlreadyExists(manager_.CreateGroup("foyer", {}, "").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(manager_.CreateGroup("a/b", {}, "").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(manager_.CreateGroup("a\"b", {}, "").status()));
}

TEST_F(GroupManagerTest, ARepeatedRequestIdCreatesOneGroup) {
  const auto first = manager_.CreateGroup("", {.name = "Hall"}, "r1");
  const auto again = manager_.CreateGroup("", {.name = "Hall"}, "r1");

  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->id, first->id);
  EXPECT_EQ(manager_.ListGroups()->size(), 1U);
}

TEST_F(GroupManagerTest, RejectsAnUpdateOfAnOldRevisionWithTheCurrentOne) {
  const auto group = manager_.CreateGroup("foyer", {}, "");
  ASSERT_TRUE(manager_.UpdateGroup("foyer", {.name = "A"}, group->revision, "").ok());

  const absl::Status second =
      manager_.UpdateGroup("foyer", {.name = "B"}, group->revision, "").status();

  EXPECT_TRUE(absl::IsAborted(second)) << second;
  EXPECT_EQ(rpc::MetadataOf(second, "version"), "2");
  EXPECT_EQ(manager_.ListGroups()->front().name, "A");
}

TEST_F(GroupManagerTest, RequiresAnObjectAsSettingsAndClampsTheOrder) {
  ASSERT_TRUE(manager_.CreateGroup("foyer", {}, "").ok());

  EXPECT_TRUE(absl::IsInvalidArgument(
      manager_.UpdateGroup("foyer", {.settings_template = "[1]"}, {}, "").status()));
  EXPECT_EQ(manager_.UpdateGroup("foyer", {.order = -4}, {}, "")->order, 0);
  EXPECT_EQ(manager_.UpdateGroup("foyer", {.order = int64_t{1} << 40}, {}, "")->order,
            kMaxGroupOrder);
}

TEST_F(GroupManagerTest, DeletingAGroupRemovesItFromItsDevices) {
  ASSERT_TRUE(manager_.CreateGroup("foyer", {}, "").ok());
  ASSERT_TRUE(manager_.CreateGroup("f_yer", {}, "").ok());
  PutDevice("a", {"foyer", "f_yer"}, "");
  EXPECT_EQ(*manager_.MembersOf("f_yer"), std::vector<std::string>{"a"});
  PutDevice("b", {"foyer"}, "");
  EXPECT_EQ(*manager_.MembersOf("f_yer"), std::vector<std::string>{"a"});

  ASSERT_TRUE(manager_.DeleteGroup("foyer", "").ok());

  EXPECT_EQ(Find("a").groups, std::vector<std::string>{"f_yer"});
  EXPECT_TRUE(Find("b").groups.empty());
  EXPECT_TRUE(absl::IsNotFound(manager_.DeleteGroup("foyer", "")));
}

TEST_F(GroupManagerTest, DeletingAProfileRemovesItFromItsDevices) {
  ASSERT_TRUE(manager_.CreateProfile("quiet", {.name = "Quiet"}, "").ok());
  PutDevice("a", {}, "quiet");

  ASSERT_TRUE(manager_.DeleteProfile("quiet", "").ok());

  EXPECT_EQ(Find("a").profile_id, "");
  EXPECT_TRUE(manager_.ListProfiles()->empty());
}

}  // namespace
}  // namespace marquee::devices
