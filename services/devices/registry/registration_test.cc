// Which displays get a device back without its secret, by policy, presence and address.
#include <gtest/gtest.h>

#include <set>

#include "libs/rpc/error_info.h"
#include "services/devices/registry/approval.h"
#include "services/devices/registry/device_editor.h"
#include "services/devices/registry/registry_fixture.h"

namespace marquee::devices {
namespace {

constexpr char kHome[] = "192.168.1.20";

class RegistrationTest : public RegistryTest {
 protected:
  absl::StatusOr<Registered> From(const std::string& address, const Identity& identity,
                                  RegistrationPolicy policy = RegistrationPolicy::kOpen,
                                  const Credentials& proof = {}) {
    return registry_->Register(
        {.identity = identity, .proof = proof, .caller = {.address = address, .policy = policy}});
  }
  void BeatFrom(const std::string& address, const Credentials& credentials) {
    ASSERT_TRUE(registry_->Heartbeat(credentials, {}, {.address = address}).ok());
    ASSERT_TRUE(registry_->FlushPresence().ok());
  }
  static HeartbeatData HeartbeatOf(const Identity& identity) {
    return {.identity = identity, .client_info = "", .current_state = ""};
  }
  // Opens and leaves the display's page.
  void Leave(const Registered& display, int64_t socket_id = 1) {
    const Socket socket{.stream = 1, .socket_id = socket_id};
    presence_->SocketUp(display.device.id, socket, socket_id);
    presence_->SocketDown(display.device.id, socket, socket_id + 1, true);
  }

  DeviceEditor editor_{
      {.store = *store_, .presence = *presence_, .bus = bus_, .clock = clock_, .logger = logger_}};
};

TEST_F(RegistrationTest, NeverHandsOutAConnectedDevice) {
  const auto existing = From(kHome, {.install_id = "i", .hardware_id = "hw"});
  BeatFrom(kHome, Of(*existing));

  for (const Identity& known : {Identity{.install_id = "i", .hardware_id = "hw"},
                                Identity{.install_id = "i", .hardware_id = ""},
                                Identity{.install_id = "", .hardware_id = "hw"}}) {
    const auto other = From(kHome, known);
    ASSERT_TRUE(other.ok()) << other.status();
    EXPECT_NE(other->device.id, existing->device.id);
  }
  EXPECT_TRUE(Beat(Of(*existing)).ok());
  // With its current secret it is still recognised.
  const auto proven = From(kHome, {.install_id = "i", .hardware_id = "hw"},
                           RegistrationPolicy::kClosed, Of(*existing));
  ASSERT_TRUE(proven.ok()) << proven.status();
  EXPECT_EQ(proven->device.id, existing->device.id);
}

TEST_F(RegistrationTest, DoesNotHandOutADeviceToAnotherAddressWithinADay) {
  const auto existing = From(kHome, {.install_id = "i", .hardware_id = "hw"});
  BeatFrom(kHome, Of(*existing));
  clock_.Advance(absl::Minutes(10));

  const auto second = From("192.168.1.66", {.install_id = "i", .hardware_id = "hw"});
  EXPECT_NE(second->device.id, existing->device.id);
  EXPECT_TRUE(registry_->Authenticate(Of(*existing)).ok());

  clock_.Advance(absl::Hours(25));
  const auto moved = From("192.168.1.77", {.install_id = "", .hardware_id = "hw"});
  EXPECT_EQ(moved->created, false);
}

TEST_F(RegistrationTest, RecoversADisconnectedDeviceFromItsAddress) {
  const auto display = From(kHome, {.install_id = "i", .hardware_id = "hw"});
  BeatFrom(kHome, Of(*display));
  clock_.Advance(absl::Minutes(10));

  EXPECT_EQ(From(kHome, {.install_id = "fresh", .hardware_id = "hw"})->device.id,
            display->device.id);
}

TEST_F(RegistrationTest, RecoversADeviceAfterAReloadWithoutStorage) {
  const auto display = From(kHome, {.install_id = "i", .hardware_id = "hw"});
  BeatFrom(kHome, Of(*display));
  Leave(*display);

  const auto again = From(kHome, {.install_id = "fresh", .hardware_id = "hw"});

  EXPECT_EQ(again->device.id, display->device.id);
  EXPECT_EQ(Rows(), 1U);
}

TEST_F(RegistrationTest, CreatesAMarkedDeviceInUncertainCases) {
  struct Case {
    const char* why;
    bool left_by_reload;
    const char* asks_from;
    bool shared_hardware_id;
    bool shares_address;
  };
  for (const Case& each : {Case{"closed without 1001", false, kHome, false, false},
                           Case{"another address", true, "192.168.1.66", false, false},
                           Case{"another device has the hardware id", true, kHome, true, false},
                           Case{"another device used the address", true, kHome, false, true}}) {
    SCOPED_TRACE(each.why);
    const std::string hardware = std::string("hw ") + each.why;
    const auto display =
        From(kHome, {.install_id = std::string("i ") + each.why, .hardware_id = hardware});
    BeatFrom(kHome, Of(*display));
    if (each.shared_hardware_id) {
      const auto other = From("192.168.1.30", {.install_id = "other", .hardware_id = hardware});
      BeatFrom("192.168.1.30", Of(*other));
      presence_->SocketUp(other->device.id, {.stream = 1, .socket_id = 90}, 90);
    }
    if (each.shares_address) {
      BeatFrom(kHome, Of(*From(kHome, {.install_id = "backend", .hardware_id = "other"})));
    }
    if (each.left_by_reload) Leave(*display);

    const auto again = From(
        each.asks_from, {.install_id = std::string("fresh ") + each.why, .hardware_id = hardware});

    ASSERT_TRUE(again.ok());
    EXPECT_TRUE(again->created);
    EXPECT_EQ(again->device.perhaps_same_as, each.left_by_reload ? display->device.id : "");
    EXPECT_TRUE(registry_->Authenticate(Of(*display)).ok());
    clock_.Advance(absl::Hours(25));  // so that the next case is independent
  }
}

TEST_F(RegistrationTest, TwentyIdenticalDisplaysBehindOneProxyRemainTwentyDevices) {
  std::vector<Registered> displays;
  for (int i = 0; i < 20; ++i) {
    displays.push_back(
        *From("10.0.0.1", {.install_id = "i" + std::to_string(i), .hardware_id = "hw-shared"}));
    BeatFrom("10.0.0.1", Of(displays.back()));
  }
  EXPECT_EQ(Rows(), 20U);
  int64_t socket_id = 1;
  for (const Registered& display : displays) Leave(display, socket_id += 10);

  // With their storage they are recognised.
  for (const Registered& display : displays) {
    EXPECT_EQ(
        registry_->Check(Of(display), {.install_id = "", .hardware_id = "hw-shared"})->outcome,
        CheckOutcome::kValid);
  }
  EXPECT_EQ(Rows(), 20U);

  // Without it each becomes a new device, marked with a different one of the old devices, and is
  // merged by one call.
  for (const Registered& display : displays) Leave(display, socket_id += 10);
  std::set<std::string> ids;
  std::set<std::string> resembled;
  std::vector<Registered> fresh;
  for (int i = 0; i < 20; ++i) {
    fresh.push_back(
        *From("10.0.0.1", {.install_id = "new" + std::to_string(i), .hardware_id = "hw-shared"}));
    ids.insert(fresh.back().device.id);
    resembled.insert(fresh.back().device.perhaps_same_as);
    BeatFrom("10.0.0.1", Of(fresh.back()));
  }
  EXPECT_EQ(ids.size(), 20U);
  EXPECT_EQ(resembled.size(), 20U);
  EXPECT_FALSE(resembled.contains(""));
  for (const Registered& display : displays) {
    EXPECT_TRUE(registry_->Authenticate(Of(display)).ok());
  }

  for (size_t i = 0; i < fresh.size(); ++i) {
    const std::string& one = fresh[i].device.id;
    const std::string& other = fresh[i].device.perhaps_same_as;
    // Merge in either direction.
    const auto merged =
        i % 2 == 0 ? editor_.Merge(one, {other}, "") : editor_.Merge(other, {one}, "");
    ASSERT_TRUE(merged.ok()) << merged.status();
    EXPECT_TRUE(Beat(Of(fresh[i])).ok()) << i;
  }
  EXPECT_EQ(Rows(), 20U);
}

TEST_F(RegistrationTest, DoesNotMarkIdenticalDisplaysThatStartTogether) {
  std::vector<Registered> displays;
  for (int i = 0; i < 20; ++i) {
    displays.push_back(
        *From("10.0.0.1", {.install_id = "i" + std::to_string(i), .hardware_id = "hw-shared"}));
    EXPECT_EQ(displays.back().device.perhaps_same_as, "") << i;
  }
  int64_t socket_id = 1;
  for (const Registered& display : displays) Leave(display, socket_id += 10);

  std::set<std::string> resembled;
  for (int i = 0; i < 20; ++i) {
    const auto fresh =
        From("10.0.0.1", {.install_id = "new" + std::to_string(i), .hardware_id = "hw-shared"});
    resembled.insert(fresh->device.perhaps_same_as);
  }
  EXPECT_EQ(resembled.size(), 20U) << "each is marked with another one";
  EXPECT_FALSE(resembled.contains(""));
}

TEST_F(RegistrationTest, AMarkedDeviceThatIsSeenAgainCanBeMarkedByAnother) {
  const auto display = From(kHome, {.install_id = "i", .hardware_id = "hw"});
  BeatFrom(kHome, Of(*display));
  clock_.Advance(absl::Minutes(10));
  const auto second = From("192.168.1.66", {.install_id = "second", .hardware_id = "hw"});
  ASSERT_EQ(second->device.perhaps_same_as, display->device.id);
  BeatFrom("192.168.1.66", Of(*second));

  // Not the same: the first one is seen again. Then it loses its storage.
  clock_.Advance(absl::Minutes(10));
  BeatFrom("192.168.1.66", Of(*second));
  BeatFrom(kHome, Of(*display));
  Leave(*display, 10);

  EXPECT_EQ(From(kHome, {.install_id = "fresh", .hardware_id = "hw"})->device.perhaps_same_as,
            display->device.id);
}

TEST_F(RegistrationTest, IdenticalDisplaysWithoutAnInstallationIdAreSeparateDevices) {
  const auto first = From("10.0.0.1", {.install_id = "", .hardware_id = "hw-shared"});
  const auto second = From("10.0.0.1", {.install_id = "", .hardware_id = "hw-shared"});

  EXPECT_NE(second->device.id, first->device.id);
  EXPECT_TRUE(Beat(Of(*first)).ok());
  EXPECT_TRUE(Beat(Of(*second)).ok());
}

TEST_F(RegistrationTest, StoresTheCookieIdButHandsOutNoDeviceForIt) {
  const auto display =
      From(kHome, {.install_id = "header", .hardware_id = "hw", .cookie_id = "cookie"});
  EXPECT_EQ(display->device.cookie_id, "cookie");
  PassTheStart();

  // As installation id or as cookie, from the same address and much later: a new device.
  for (const Identity& guess :
       {Identity{.install_id = "cookie", .hardware_id = ""},
        Identity{.install_id = "other", .hardware_id = "", .cookie_id = "cookie"}}) {
    const auto other = From(kHome, guess);
    ASSERT_TRUE(other.ok()) << other.status();
    EXPECT_NE(other->device.id, display->device.id);
    EXPECT_EQ(other->device.perhaps_same_as, "");
    const auto checked = registry_->Check({.device_id = "", .secret = ""}, guess, {});
    ASSERT_TRUE(checked.ok()) << checked.status();
    EXPECT_NE(checked->device_id, display->device.id);
  }
  EXPECT_TRUE(Beat(Of(*display)).ok());
}

TEST_F(RegistrationTest, AHeartbeatSetsTheCookieIdOfADevice) {
  const auto display = From(kHome, {.install_id = "header", .hardware_id = "hw"});
  const Identity now{.install_id = "header", .hardware_id = "hw", .cookie_id = "cookie"};

  ASSERT_TRUE(registry_->Heartbeat(Of(*display), HeartbeatOf(now)).ok());

  EXPECT_EQ(registry_->Get(display->device.id)->device.cookie_id, "cookie");
  const int writes = store_->writes;
  ASSERT_TRUE(registry_->Heartbeat(Of(*display), HeartbeatOf(now)).ok());
  EXPECT_EQ(store_->writes, writes);
  const std::string too_long(kMaxIdentifierBytes + 1, 'x');
  EXPECT_EQ(
      registry_
          ->Heartbeat(Of(*display),
                      HeartbeatOf({.install_id = "", .hardware_id = "", .cookie_id = too_long}))
          .status()
          .code(),
      absl::StatusCode::kInvalidArgument);
}

TEST_F(RegistrationTest, WithApprovalNoDeviceIsReturnedOrDisclosed) {
  const auto existing = From(kHome, {.install_id = "i", .hardware_id = "hw"});
  clock_.Advance(absl::Hours(48));
  for (const RegistrationPolicy policy :
       {RegistrationPolicy::kApprove, RegistrationPolicy::kClosed}) {
    const Caller caller{.address = "203.0.113.9", .policy = policy};
    for (const Identity& known : {Identity{.install_id = "i", .hardware_id = "hw"},
                                  Identity{.install_id = "", .hardware_id = "hw"}}) {
      const auto checked = registry_->Check({}, known, caller);
      ASSERT_TRUE(checked.ok());
      EXPECT_EQ(checked->outcome, CheckOutcome::kNotFound);
      const auto registered = From("203.0.113.9", known, policy);
      if (policy == RegistrationPolicy::kClosed) {
        EXPECT_EQ(rpc::ReasonOf(registered.status()), "REGISTRATION_CLOSED");
      } else {
        EXPECT_NE(registered->device.id, existing->device.id);
        EXPECT_EQ(registered->device.approval_code.size(), 6U);
      }
    }
    // The id alone does not disclose anything either.
    EXPECT_EQ(
        rpc::ReasonOf(registry_->Check({.device_id = existing->device.id, .secret = ""}, {}, caller)
                          .status()),
        "UNKNOWN_DEVICE");
  }
  EXPECT_TRUE(registry_->Authenticate(Of(*existing)).ok());
}

TEST_F(RegistrationTest, AWaitingDisplayWorksAndIsApprovedByItsCode) {
  const auto display =
      From(kHome, {.install_id = "i", .hardware_id = "hw"}, RegistrationPolicy::kApprove);
  ASSERT_TRUE(Beat(Of(*display)).ok());
  Approval approval(
      {.store = *store_, .presence = *presence_, .bus = bus_, .clock = clock_, .logger = logger_});
  ASSERT_EQ(approval.List()->size(), 1U);

  const auto approved = approval.Approve({display->device.approval_code, "nothing"});

  ASSERT_TRUE(approved.ok());
  EXPECT_EQ(approved->devices.size(), 1U);
  EXPECT_EQ(approved->missing, std::vector<std::string>{"nothing"});
  EXPECT_TRUE(approval.List()->empty());
  EXPECT_TRUE(Beat(Of(*display)).ok());
}

TEST_F(RegistrationTest, DropsTheLongestSilentDisplayWaitingForApproval) {
  std::vector<Registered> waiting;  // the fixture's limit is five
  for (int i = 0; i < 5; ++i) {
    waiting.push_back(*From(kHome, {.install_id = std::to_string(i), .hardware_id = ""},
                            RegistrationPolicy::kApprove));
    clock_.Advance(absl::Seconds(1));
  }
  const auto one_more = [&](const std::string& id) {
    return From(kHome, {.install_id = id, .hardware_id = ""}, RegistrationPolicy::kApprove);
  };
  EXPECT_EQ(one_more("now").status().code(), absl::StatusCode::kResourceExhausted);

  clock_.Advance(absl::Minutes(10));
  ASSERT_TRUE(Beat(Of(waiting[0])).ok());
  ASSERT_TRUE(one_more("later").ok());

  EXPECT_TRUE(registry_->Authenticate(Of(waiting[0])).ok());
  EXPECT_EQ(rpc::ReasonOf(Beat(Of(waiting[1]))), "UNKNOWN_DEVICE");
  EXPECT_EQ(Rows(), 5U);
}

}  // namespace
}  // namespace marquee::devices
