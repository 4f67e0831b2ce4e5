#include "services/devices/registry/device_editor.h"

#include <gtest/gtest.h>

#include "libs/rpc/error_info.h"
#include "services/devices/registry/registry_fixture.h"

namespace marquee::devices {
namespace {

class DeviceEditorTest : public RegistryTest {
 protected:
  std::string Screen(const std::string& install_id) {
    return Register({.install_id = install_id, .hardware_id = ""}, install_id).device.id;
  }

  DeviceEditor editor_{
      {.store = *store_, .presence = *presence_, .bus = bus_, .clock = clock_, .logger = logger_}};
};

TEST_F(DeviceEditorTest, ChangesOnlyTheGivenFields) {
  const std::string id = Screen("a");
  const int64_t revision = registry_->Get(id)->device.revision;

  const auto updated = editor_.Update(id, {.location = "Foyer", .tags = {{"big"}}}, revision, "");

  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->device.name, "a");
  EXPECT_EQ(updated->device.location, "Foyer");
  EXPECT_EQ(updated->device.tags, std::vector<std::string>{"big"});
  EXPECT_GT(updated->device.revision, revision);
}

TEST_F(DeviceEditorTest, RejectsAnUpdateOfAnOldRevision) {
  const std::string id = Screen("a");
  const int64_t revision = registry_->Get(id)->device.revision;
  ASSERT_TRUE(editor_.Update(id, {.name = "First"}, revision, "").ok());

  const auto late = editor_.Update(id, {.name = "Second"}, revision, "");

  EXPECT_EQ(late.status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(registry_->Get(id)->device.name, "First");
}

TEST_F(DeviceEditorTest, ARepeatedRequestIdChangesNothing) {
  const std::string id = Screen("a");
  ASSERT_TRUE(editor_.Update(id, {.name = "Once"}, std::nullopt, "r1").ok());
  ASSERT_TRUE(editor_.Update(id, {.name = "Since"}, std::nullopt, "r2").ok());

  const auto again = editor_.Update(id, {.name = "Once"}, std::nullopt, "r1");

  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->device.name, "Since");
}

TEST_F(DeviceEditorTest, RejectsInvalidValues) {
  const std::string id = Screen("a");
  const auto code = [&](const DeviceChange& change) {
    return editor_.Update(id, change, std::nullopt, "").status().code();
  };

  EXPECT_EQ(code({.name = std::string(100'000, 'x')}), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.tags = {{""}}}), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.tags = std::vector<std::string>(kMaxTags + 1, "t")}),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.groups = {{"no-such-group"}}}), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.profile_id = "no-such-profile"}), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.settings_override = "[1]"}), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(editor_.Update("missing", {.name = "x"}, std::nullopt, "").status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(DeviceEditorTest, ABatchReportsMissingDevices) {
  const std::string a = Screen("a");
  const std::string b = Screen("b");

  const auto updated = editor_.BatchUpdate({a, "missing", b, a}, {.location = "Hall"}, "");

  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->devices.size(), 2U);
  EXPECT_EQ(updated->missing_ids, std::vector<std::string>{"missing"});
  EXPECT_EQ(registry_->Get(b)->device.location, "Hall");
}

TEST_F(DeviceEditorTest, AMergeIntoAConnectedDeviceVoidsTheSource) {
  const auto kept = Register({.install_id = "a", .hardware_id = ""});
  const auto gone = Register({.install_id = "b", .hardware_id = ""});
  ASSERT_TRUE(Beat(Of(kept)).ok());

  const auto merged = editor_.Merge(kept.device.id, {gone.device.id, "missing"}, "");

  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(merged->merged, 1);
  EXPECT_EQ(Rows(), 1U);
  EXPECT_TRUE(Beat(Of(kept)).ok());
  EXPECT_EQ(rpc::ReasonOf(Beat(Of(gone))), "DEVICE_NOT_FOUND");
  EXPECT_EQ(editor_.Merge(kept.device.id, {kept.device.id}, "").status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(editor_.Merge(kept.device.id, {}, "").status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(DeviceEditorTest, DisplaysOfMergedDevicesContinueAsTheTarget) {
  const auto old = Register({.install_id = "a", .hardware_id = ""}, "Foyer");
  const auto oldest = Register({.install_id = "c", .hardware_id = ""}, "Hall");
  const auto fresh = Register({.install_id = "b", .hardware_id = ""}, "Screen");
  ASSERT_TRUE(Beat(Of(fresh)).ok());

  const auto merged = editor_.Merge(old.device.id, {fresh.device.id}, "");
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_TRUE(merged->displays_continue);

  const auto proven = registry_->Authenticate(Of(fresh));
  ASSERT_TRUE(proven.ok()) << proven.status();
  EXPECT_EQ(proven->id, old.device.id);
  EXPECT_EQ(proven->name, "Foyer");
  EXPECT_EQ(registry_->Check(Of(fresh), {})->device_id, old.device.id);

  // Also if the target is merged into another device.
  clock_.Advance(absl::Minutes(10));
  ASSERT_TRUE(editor_.Merge(oldest.device.id, {old.device.id}, "").ok());
  EXPECT_EQ(registry_->Authenticate(Of(fresh))->id, oldest.device.id);
  // A wrong secret is not accepted, and a deletion ends the succession.
  EXPECT_EQ(rpc::ReasonOf(Beat({.device_id = fresh.device.id, .secret = "wrong"})),
            "UNKNOWN_DEVICE");
  ASSERT_TRUE(registry_->Delete(oldest.device.id, std::nullopt).ok());
  EXPECT_EQ(rpc::ReasonOf(Beat(Of(fresh))), "DEVICE_NOT_FOUND");
}

}  // namespace
}  // namespace marquee::devices
