// Displays that this store cannot verify: what makes a rejection certain, adoption and rejection.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "libs/rpc/error_info.h"
#include "services/devices/model/ids.h"
#include "services/devices/registry/adoption.h"
#include "services/devices/registry/former_devices.h"
#include "services/devices/registry/registry_fixture.h"
#include "services/devices/registry/secrets.h"
#include "services/devices/store/sqlite/backup.h"

namespace marquee::devices {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class UnknownDisplaysTest : public RegistryTest {
 protected:
  Adoption MakeAdoption() {
    return Adoption({.store = *store_,
                     .identity = *identity_,
                     .unknown = *unknown_,
                     .presence = *presence_,
                     .bus = bus_,
                     .clock = clock_,
                     .logger = logger_});
  }
  std::vector<Credentials> RegisterMany(int count, const std::string& prefix) {
    std::vector<Credentials> displays;
    for (int i = 0; i < count; ++i) {
      displays.push_back(
          Of(Register({.install_id = prefix + std::to_string(i), .hardware_id = ""})));
    }
    return displays;
  }
  std::filesystem::path File() const { return dir_ / "devices.db"; }
  void Stop() {
    registry_.reset();
    unknown_.reset();
    identity_.reset();
    presence_.reset();
    store_.reset();
  }
  static Credentials Elsewhere() {
    return {.device_id = NewUuid(), .secret = std::string(64, 'e')};
  }
};

TEST_F(UnknownDisplaysTest, AnotherStoreRejectsNoDisplayAndTheFirstStoreStillKnowsThem) {
  const auto displays = RegisterMany(50, "i");
  const std::string first_store = identity_->id();
  Stop();
  std::filesystem::rename(File(), dir_ / "aside");
  Start();

  EXPECT_NE(identity_->id(), first_store);
  for (const Credentials& display : displays) {
    const absl::Status beat = Beat(display);
    EXPECT_EQ(beat.code(), absl::StatusCode::kUnavailable);
    EXPECT_EQ(rpc::ReasonOf(beat), "UNKNOWN_DEVICE");
    EXPECT_EQ(rpc::MetadataOf(beat, "store_id"), identity_->id());
    const auto checked = registry_->Check(display, {.install_id = "", .hardware_id = "hw"});
    EXPECT_EQ(rpc::ReasonOf(checked.status()), "UNKNOWN_DEVICE");
  }
  EXPECT_EQ(unknown_->List().size(), 50U);

  Stop();
  std::filesystem::rename(dir_ / "aside", File());
  Start();
  for (const Credentials& display : displays) EXPECT_TRUE(Beat(display).ok());
  EXPECT_THAT(unknown_->List(), IsEmpty());
}

TEST_F(UnknownDisplaysTest, AdoptsDisplaysRegisteredAfterTheBackup) {
  const auto old = RegisterMany(40, "old");
  ASSERT_TRUE(BackUp(File(), dir_ / "backup.db").ok());
  const auto young = RegisterMany(10, "young");
  // One of the old ones also got a new secret after the backup.
  const Credentials rotated = Of(Register({.install_id = "old0", .hardware_id = ""}));
  ASSERT_EQ(rotated.device_id, old[0].device_id);
  Stop();
  ASSERT_TRUE(Restore(dir_ / "backup.db", File()).ok());
  Start();

  for (const Credentials& display : old) EXPECT_TRUE(Beat(display).ok());
  std::vector<std::string> names;
  for (const Credentials& display : young) {
    EXPECT_EQ(rpc::ReasonOf(Beat(display)), "UNKNOWN_DEVICE");
    names.push_back(display.device_id);
  }
  EXPECT_EQ(rpc::ReasonOf(Beat(rotated)), "UNKNOWN_DEVICE");
  names.push_back(rotated.device_id);
  for (const UnknownDisplay& display : unknown_->List()) EXPECT_TRUE(display.issued_here);

  const auto adopted = MakeAdoption().Adopt(names);

  ASSERT_TRUE(adopted.ok()) << adopted.status();
  EXPECT_EQ(adopted->devices.size(), 11U);
  for (const Credentials& display : young) EXPECT_TRUE(Beat(display).ok());
  EXPECT_TRUE(Beat(rotated).ok());
  EXPECT_EQ(Rows(), 50U);
  // From now on a wrong secret is certainly wrong.
  EXPECT_EQ(rpc::ReasonOf(Beat({.device_id = young[0].device_id, .secret = std::string(64, 'x')})),
            "INVALID_SECRET");
  Start();
  for (const Credentials& display : young) EXPECT_TRUE(Beat(display).ok());
}

TEST_F(UnknownDisplaysTest, ADatabaseCopiedBackByHandDoesNotRejectNewerSecrets) {
  const Credentials before = Of(Register({.install_id = "i", .hardware_id = ""}));
  Stop();
  std::filesystem::copy_file(File(), dir_ / "copy");
  Start();
  PassTheStart();
  const Credentials after = Of(Register({.install_id = "i", .hardware_id = ""}));
  ASSERT_TRUE(Beat(after).ok());
  clock_.Advance(absl::Minutes(11));
  EXPECT_EQ(rpc::ReasonOf(Beat(before)),
            "INVALID_SECRET");  // older than the record: certainly wrong
  Stop();
  std::filesystem::remove(dir_ / "devices.db-wal");
  std::filesystem::remove(dir_ / "devices.db-shm");
  std::filesystem::rename(dir_ / "copy", File());
  Start();

  EXPECT_EQ(rpc::ReasonOf(Beat(after)), "UNKNOWN_DEVICE");
  EXPECT_EQ(rpc::ReasonOf(Beat({.device_id = after.device_id, .secret = std::string(64, 'x')})),
            "INVALID_SECRET");
}

TEST_F(UnknownDisplaysTest, RejectsADeletedDeviceForTwoYears) {
  const Credentials display = Of(Register({.install_id = "i", .hardware_id = ""}));
  ASSERT_TRUE(registry_->Delete(display.device_id, std::nullopt).ok());
  clock_.Advance(absl::Hours(24) * 730);
  ASSERT_TRUE(
      registry_
          ->Delete(Of(Register({.install_id = "j", .hardware_id = ""})).device_id, std::nullopt)
          .ok());
  Start();

  EXPECT_EQ(rpc::ReasonOf(Beat(display)), "DEVICE_NOT_FOUND");
  EXPECT_EQ(registry_->Check(display, {})->outcome, CheckOutcome::kNotFound);
  EXPECT_THAT(unknown_->List(), IsEmpty());

  clock_.Advance(kFormerDeviceFor);
  ASSERT_TRUE(
      registry_
          ->Delete(Of(Register({.install_id = "k", .hardware_id = ""})).device_id, std::nullopt)
          .ok());
  EXPECT_EQ(rpc::ReasonOf(Beat(display)), "UNKNOWN_DEVICE");
}

TEST_F(UnknownDisplaysTest, ARejectedDisplayGetsDeviceNotFound) {
  const Credentials display = Elsewhere();
  EXPECT_EQ(rpc::ReasonOf(Beat(display)), "UNKNOWN_DEVICE");

  ASSERT_TRUE(MakeAdoption().Reject({display.device_id}).ok());

  EXPECT_EQ(rpc::ReasonOf(Beat(display)), "DEVICE_NOT_FOUND");
  EXPECT_THAT(unknown_->List(), IsEmpty());
}

TEST_F(UnknownDisplaysTest, DistinguishesDisplaysWithOneIdByTheirSecrets) {
  const Credentials right = Elsewhere();
  const Credentials wrong{.device_id = right.device_id, .secret = std::string(64, 'f')};
  EXPECT_FALSE(Beat(right).ok());
  EXPECT_FALSE(Beat(wrong).ok());
  ASSERT_EQ(unknown_->List().size(), 2U);

  Adoption adoption = MakeAdoption();
  EXPECT_THAT(adoption.Adopt({right.device_id})->ambiguous, ElementsAre(right.device_id));
  EXPECT_FALSE(Beat(right).ok());
  const UnknownDisplay chosen{.device_id = right.device_id, .secret_hash = HashOf(right.secret)};
  EXPECT_EQ(adoption.Adopt({chosen.key(), "nothing"})->devices.size(), 1U);

  EXPECT_TRUE(Beat(right).ok());
  EXPECT_EQ(rpc::ReasonOf(Beat(wrong)), "INVALID_SECRET");
}

TEST_F(UnknownDisplaysTest, ASenderOfInventedIdsDisplacesOnlyItsOwnEntries) {
  const auto beat = [&](const Credentials& credentials, const std::string& address) {
    EXPECT_FALSE(registry_->Heartbeat(credentials, {}, {.address = address}).ok());
  };
  std::set<std::string> honest;
  for (int i = 0; i < 50; ++i) {
    const Credentials display = Elsewhere();
    honest.insert(display.device_id);
    beat(display, "192.0.2." + std::to_string(i));
  }
  for (int i = 0; i < 1100; ++i) {
    clock_.Advance(absl::Milliseconds(1));
    beat(Elsewhere(), "2001:db8::" + std::to_string(i));
  }

  const auto listed = unknown_->List();
  EXPECT_EQ(listed.size(), UnknownDisplays::kMost);
  size_t kept = 0;
  for (const UnknownDisplay& display : listed) kept += honest.count(display.device_id);
  EXPECT_EQ(kept, 50U);
}

TEST_F(UnknownDisplaysTest, DoesNotListInvalidIdsAndSecrets) {
  EXPECT_EQ(rpc::ReasonOf(Beat({.device_id = "unknown", .secret = std::string(64, 'x')})),
            "UNKNOWN_DEVICE");
  EXPECT_EQ(rpc::ReasonOf(Beat({.device_id = NewUuid(), .secret = "short"})), "UNKNOWN_DEVICE");
  EXPECT_THAT(unknown_->List(), IsEmpty());
}

}  // namespace
}  // namespace marquee::devices
