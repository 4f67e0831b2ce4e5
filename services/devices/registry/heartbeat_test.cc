// Heartbeats and checks, kept in memory and written later.
#include <gtest/gtest.h>

#include "libs/rpc/error_info.h"
#include "services/devices/registry/registry_fixture.h"

namespace marquee::devices {
namespace {

TEST_F(RegistryTest, AHeartbeatCannotSetTheHardwareIdOfAnotherDevice) {
  const Registered other = Register({.install_id = "a", .hardware_id = "hw-shared"});
  const Registered changed = Register({.install_id = "b", .hardware_id = "hw-other"});
  ASSERT_TRUE(Beat(Of(other)).ok());

  ASSERT_TRUE(Beat(Of(changed), "hw-shared").ok());

  EXPECT_EQ(registry_->Get(changed.device.id)->device.hardware_id, "hw-other");
  EXPECT_TRUE(Beat(Of(other)).ok());
}

TEST_F(RegistryTest, AHeartbeatSetsAnUnusedHardwareId) {
  const Registered first = Register({.install_id = "a", .hardware_id = ""});
  ASSERT_TRUE(Beat(Of(first), "hw-1").ok());
  EXPECT_EQ(registry_->Get(first.device.id)->device.hardware_id, "hw-1");

  ASSERT_TRUE(Beat(Of(first), "hw-2").ok());
  EXPECT_EQ(registry_->Get(first.device.id)->device.hardware_id, "hw-2");
}

TEST_F(RegistryTest, AHeartbeatCostsNoWrite) {
  const Registered registered = Register({.install_id = "i1", .hardware_id = "hw-1"});
  ASSERT_TRUE(Beat(Of(registered)).ok());
  const int before = store_->writes;

  for (int i = 0; i < 100; ++i) ASSERT_TRUE(Beat(Of(registered), "hw-1").ok());

  EXPECT_EQ(store_->writes, before);
  ASSERT_TRUE(registry_->FlushPresence().ok());
  EXPECT_EQ(store_->writes, before + 1);
}

TEST_F(RegistryTest, AHeartbeatIsVisibleBeforeItIsWritten) {
  const Registered registered = Register({.install_id = "i1", .hardware_id = "hw-1"});
  EXPECT_EQ(registry_->Get(registered.device.id)->presence, Presence::kUnknown);

  ASSERT_TRUE(Beat(Of(registered)).ok());

  const auto device = registry_->Get(registered.device.id);
  EXPECT_EQ(device->presence, Presence::kOnline);
  EXPECT_EQ(device->device.current_state, R"({"title":"Alien"})");
}

TEST_F(RegistryTest, KeepsHeartbeatsThatCannotBeWrittenAndLogsOnce) {
  const Registered registered = Register({.install_id = "i1", .hardware_id = "hw-1"});
  ASSERT_TRUE(Beat(Of(registered)).ok());
  store_->down = true;
  EXPECT_FALSE(registry_->FlushPresence().ok());
  EXPECT_FALSE(registry_->FlushPresence().ok());
  EXPECT_EQ(logger_.Count("cannot be written"), 1U);

  store_->down = false;
  EXPECT_TRUE(registry_->FlushPresence().ok());

  EXPECT_EQ(logger_.Count("written again"), 1U);
  Start();
  EXPECT_EQ(registry_->Get(registered.device.id)->device.current_state, R"({"title":"Alien"})");
}

TEST_F(RegistryTest, RejectsHeartbeatsOnlyWithProof) {
  const Registered registered = Register({.install_id = "i1", .hardware_id = "hw-1"});
  const Credentials unknown{.device_id = "unknown", .secret = registered.secret};
  const Credentials wrong{.device_id = registered.device.id, .secret = "wrong"};

  EXPECT_EQ(rpc::ReasonOf(Beat({})), "MISSING_CREDENTIALS");
  EXPECT_EQ(rpc::ReasonOf(Beat(unknown)), "UNKNOWN_DEVICE");
  EXPECT_EQ(Beat(unknown).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(rpc::ReasonOf(Beat(wrong)), "INVALID_SECRET");

  store_->down = true;
  EXPECT_EQ(Beat(unknown).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Beat(wrong).code(), absl::StatusCode::kUnavailable);
}

TEST_F(RegistryTest, ChecksReturnTheExpectedOutcomes) {
  const Registered registered = Register({.install_id = "i1", .hardware_id = "hw-1"});
  const auto check = [&](const std::string& id, const std::string& secret,
                         const Identity& identity) {
    return registry_->Check({.device_id = id, .secret = secret}, identity);
  };

  EXPECT_EQ(rpc::ReasonOf(check("", "", {}).status()), "MISSING_DEVICE_IDENTIFIER");
  EXPECT_EQ(check("unknown", "", {})->outcome, CheckOutcome::kNotFound);
  EXPECT_EQ(check(registered.device.id, "", {})->outcome, CheckOutcome::kSecretRequired);
  EXPECT_EQ(check(registered.device.id, "wrong", {})->outcome, CheckOutcome::kInvalidSecret);
  EXPECT_EQ(check(registered.device.id, registered.secret, {})->outcome, CheckOutcome::kValid);
  // A display that has lost everything but its hardware id, or its cookie.
  for (const Identity& identity : {Identity{.install_id = "", .hardware_id = "hw-1"},
                                   Identity{.install_id = "i1", .hardware_id = ""}}) {
    const auto found = check("hw-1", "", identity);
    EXPECT_EQ(found->outcome, CheckOutcome::kSecretRequired);
    EXPECT_EQ(found->device_id, "");  // not disclosed without the secret
  }
}

TEST_F(RegistryTest, AValidCheckUpdatesLastSeen) {
  const Registered registered = Register({.install_id = "i1", .hardware_id = "hw-1"});

  ASSERT_TRUE(registry_->Check(Of(registered), {}).ok());

  EXPECT_EQ(registry_->Get(registered.device.id)->presence, Presence::kOnline);
}

TEST_F(RegistryTest, AHeartbeatRacingADeletionDoesNotUndoIt) {
  const Registered registered = Register({.install_id = "i1", .hardware_id = "hw-1"});
  ASSERT_TRUE(registry_->Delete(registered.device.id, std::nullopt).ok());

  // Authenticated before the deletion, recorded after it.
  presence_->Heartbeat(registered.device.id, clock_.Now(), "{}", "{}");
  ASSERT_TRUE(registry_->FlushPresence().ok());

  EXPECT_EQ(Rows(), 0U);
  EXPECT_EQ(presence_->Count()[static_cast<size_t>(Presence::kOnline)], 0U);
}

TEST_F(RegistryTest, CollectedHeartbeatsOfDeletedDevicesAreDropped) {
  const Registered registered = Register({.install_id = "i1", .hardware_id = "hw-1"});

  const absl::Status taken =
      registry_->TakeHeartbeats({{.device_id = "unknown", .data = {}, .received_at = clock_.Now()},
                                 {.device_id = registered.device.id,
                                  .data = {.identity = {.install_id = "", .hardware_id = "hw-2"},
                                           .client_info = R"({"mode":"wallart"})",
                                           .current_state = ""},
                                  .received_at = clock_.Now()}});

  ASSERT_TRUE(taken.ok()) << taken;
  const auto device = registry_->Get(registered.device.id);
  EXPECT_EQ(device->presence, Presence::kOnline);
  EXPECT_EQ(device->device.hardware_id, "hw-2");
  EXPECT_EQ(device->device.client_info, R"({"mode":"wallart"})");
  EXPECT_EQ(Rows(), 1U);
}

}  // namespace
}  // namespace marquee::devices
