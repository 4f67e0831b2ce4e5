#include "services/devices/registry/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <set>
#include <thread>

#include "libs/rpc/error_info.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/temp_dir.h"
#include "services/devices/bus/inproc_bus.h"
#include "services/devices/store/sqlite/sqlite_device_store.h"

namespace marquee::devices {
namespace {

using ::testing::HasSubstr;

// Refuses everything while `down`, as a store whose disk has gone.
class FaultyStore final : public DeviceStore {
 public:
  explicit FaultyStore(std::unique_ptr<DeviceStore> real) : real_(std::move(real)) {}

  absl::Status Read(const ReadWork& work) override {
    return down ? absl::UnavailableError("disk gone") : real_->Read(work);
  }
  absl::Status Write(const WriteWork& work) override {
    ++writes;
    return down ? absl::UnavailableError("disk gone") : real_->Write(work);
  }

  std::atomic<bool> down = false;
  std::atomic<int> writes = 0;

 private:
  const std::unique_ptr<DeviceStore> real_;
};

class RegistryTest : public ::testing::Test {
 protected:
  RegistryTest() { Start(); }

  // As a new process on the same data would.
  void Start() {
    registry_.reset();
    presence_.reset();
    store_.reset();
    auto real = SqliteDeviceStore::Create({.file = dir_ / "devices.db"},
                                          {.clock = clock_, .metrics = metrics_});
    ASSERT_TRUE(real.ok()) << real.status();
    store_ = std::make_unique<FaultyStore>(std::move(*real));
    presence_ = std::make_unique<PresenceBoard>(clock_);
    auto registry = Registry::Create({.store = *store_,
                                      .presence = *presence_,
                                      .bus = bus_,
                                      .clock = clock_,
                                      .logger = logger_,
                                      .metrics = metrics_});
    ASSERT_TRUE(registry.ok()) << registry.status();
    registry_ = std::move(*registry);
  }

  // Past the time in which everybody counts as online.
  void PassTheStart() { clock_.Advance(absl::Minutes(10)); }

  Registered Register(const Identity& identity, const std::string& name = "") {
    auto registered =
        registry_->Register({.identity = identity, .name = name, .location = "", .request_id = ""});
    EXPECT_TRUE(registered.ok()) << registered.status();
    return registered.ok() ? *registered : Registered();
  }

  static Credentials Of(const Registered& registered) {
    return {.device_id = registered.device.id, .secret = registered.secret};
  }

  absl::Status Beat(const Credentials& credentials, const std::string& hardware_id = "") {
    return registry_
        ->Heartbeat(credentials, {.identity = {.install_id = "", .hardware_id = hardware_id},
                                  .client_info = "",
                                  .current_state = R"({"title":"Alien"})"})
        .status();
  }

  size_t Rows() {
    const auto page = registry_->List({}, 10000);
    EXPECT_TRUE(page.ok());
    return page.ok() ? page->devices.size() : 0;
  }

  testing::FakeClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  InprocBus bus_;
  testing::TempDir dir_;
  std::unique_ptr<FaultyStore> store_;
  std::unique_ptr<PresenceBoard> presence_;
  std::unique_ptr<Registry> registry_;
};

TEST_F(RegistryTest, ANewDisplayGetsAnIdASecretAndAName) {
  const Registered registered = Register({.install_id = "i1", .hardware_id = "hw-1"});

  EXPECT_TRUE(registered.created);
  EXPECT_EQ(registered.device.id.size(), 36U);
  EXPECT_EQ(registered.secret.size(), 64U);
  EXPECT_EQ(registered.device.name, "Device 2026-01-01");
  EXPECT_TRUE(registry_->Authenticate(Of(registered)).ok());
}

TEST_F(RegistryTest, NoSecretIsStoredOrLogged) {
  const Registered registered = Register({.install_id = "i1", .hardware_id = "hw-1"});

  EXPECT_EQ(registered.device.secret_hash.find(registered.secret), std::string::npos);
  EXPECT_EQ(logger_.Count(registered.secret), 0U);
}

TEST_F(RegistryTest, TheSameDisplayIsFoundAgainAndItsNameIsKept) {
  const Registered first = Register({.install_id = "i1", .hardware_id = "hw-1"}, "Foyer");

  const Registered again = Register({.install_id = "i1", .hardware_id = "hw-1"}, "Screen hw-1");

  EXPECT_FALSE(again.created);
  EXPECT_EQ(again.device.id, first.device.id);
  EXPECT_EQ(again.device.name, "Foyer");
  EXPECT_NE(again.secret, first.secret);
}

TEST_F(RegistryTest, ADisplayWhoseHardwareHashChangedIsKnownByItsCookie) {
  const Registered first = Register({.install_id = "i1", .hardware_id = "hw-1"});

  const Registered again = Register({.install_id = "i1", .hardware_id = "hw-2"});

  EXPECT_EQ(again.device.id, first.device.id);
  EXPECT_EQ(again.device.hardware_id, "hw-2");
}

TEST_F(RegistryTest, ADisplayThatLostItsCookieIsKnownByItsHardwareWhenItWasAway) {
  const Registered first = Register({.install_id = "i1", .hardware_id = "hw-1"});
  PassTheStart();

  const Registered again = Register({.install_id = "i2", .hardware_id = "hw-1"});

  EXPECT_EQ(again.device.id, first.device.id);
  EXPECT_EQ(again.device.install_id, "i2");
}

TEST_F(RegistryTest, ATwinOfADisplayThatIsOnlineBecomesASecondRecord) {
  const Registered first = Register({.install_id = "i1", .hardware_id = "hw-twin"});
  PassTheStart();
  ASSERT_TRUE(Beat(Of(first)).ok());

  const Registered twin = Register({.install_id = "i2", .hardware_id = "hw-twin"});

  EXPECT_TRUE(twin.created);
  EXPECT_NE(twin.device.id, first.device.id);
  EXPECT_TRUE(Beat(Of(first)).ok());
  EXPECT_TRUE(Beat(Of(twin)).ok());
}

TEST_F(RegistryTest, ATwinThatRegistersRightAfterTheOtherBecomesASecondRecord) {
  PassTheStart();
  const Registered first = Register({.install_id = "i1", .hardware_id = "hw-twin"});
  clock_.Advance(absl::Seconds(2));  // before the first heartbeat of the first

  const Registered twin = Register({.install_id = "i2", .hardware_id = "hw-twin"});

  EXPECT_NE(twin.device.id, first.device.id);
}

TEST_F(RegistryTest, NobodyLosesARecordRightAfterARestart) {
  const Registered first = Register({.install_id = "i1", .hardware_id = "hw-twin"});
  PassTheStart();
  Start();

  const Registered twin = Register({.install_id = "i2", .hardware_id = "hw-twin"});

  EXPECT_NE(twin.device.id, first.device.id);
  EXPECT_TRUE(registry_->Authenticate(Of(first)).ok());
}

TEST_F(RegistryTest, AmongTwinsEachIsFoundByItsCookie) {
  const Registered a = Register({.install_id = "a", .hardware_id = "hw-twin"});
  const Registered b = Register({.install_id = "b", .hardware_id = "hw-twin"});
  PassTheStart();

  EXPECT_EQ(Register({.install_id = "a", .hardware_id = "hw-twin"}).device.id, a.device.id);
  EXPECT_EQ(Register({.install_id = "b", .hardware_id = "hw-twin"}).device.id, b.device.id);
}

TEST_F(RegistryTest, AHeartbeatWithANewHardwareIdLeavesItsTwinsAlone) {
  const Registered twin = Register({.install_id = "a", .hardware_id = "hw-twin"});
  const Registered changed = Register({.install_id = "b", .hardware_id = "hw-other"});
  ASSERT_TRUE(Beat(Of(twin)).ok());

  ASSERT_TRUE(Beat(Of(changed), "hw-twin").ok());

  EXPECT_EQ(registry_->Get(changed.device.id)->device.hardware_id, "hw-twin");
  EXPECT_TRUE(Beat(Of(twin)).ok());
}

TEST_F(RegistryTest, TheOldSecretIsGoodUntilTheNewOneIsUsed) {
  const Registered first = Register({.install_id = "i1", .hardware_id = "hw-1"});
  const Registered again = Register({.install_id = "i1", .hardware_id = "hw-1"});

  EXPECT_TRUE(registry_->Authenticate(Of(first)).ok());
  EXPECT_TRUE(registry_->Authenticate(Of(again)).ok());

  const absl::Status refused = registry_->Authenticate(Of(first)).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(rpc::ReasonOf(refused), "INVALID_SECRET");
}

TEST_F(RegistryTest, TheOldSecretEndsAfterTenMinutes) {
  const Registered first = Register({.install_id = "i1", .hardware_id = "hw-1"});
  Register({.install_id = "i1", .hardware_id = "hw-1"});

  clock_.Advance(absl::Minutes(10));

  EXPECT_EQ(registry_->Authenticate(Of(first)).status().code(), absl::StatusCode::kUnauthenticated);
}

TEST_F(RegistryTest, ARepeatedRequestFindsTheDeviceItMade) {
  const RegisterRequest request{.identity = {}, .name = "", .location = "", .request_id = "7f0c"};
  const auto first = registry_->Register(request);
  const auto again = registry_->Register(request);

  ASSERT_TRUE(first.ok() && again.ok());
  EXPECT_EQ(again->device.id, first->device.id);
  EXPECT_EQ(Rows(), 1U);
}

TEST_F(RegistryTest, FiftyFirstRegistrationsAtOnceAreFiftyDevices) {
  constexpr int kDisplays = 50;
  std::latch start(kDisplays);
  std::vector<Registered> results(kDisplays);
  std::vector<std::thread> threads;
  for (int i = 0; i < kDisplays; ++i) {
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      // Identical televisions, switched on together.
      results[static_cast<size_t>(i)] =
          Register({.install_id = "i" + std::to_string(i), .hardware_id = "hw-twin"});
    });
  }
  for (std::thread& thread : threads) thread.join();

  std::set<std::string> ids;
  for (const Registered& registered : results) {
    ids.insert(registered.device.id);
    EXPECT_TRUE(registry_->Authenticate(Of(registered)).ok());
  }
  EXPECT_EQ(ids.size(), 50U);
  EXPECT_EQ(Rows(), 50U);
}

TEST_F(RegistryTest, AThousandRegistrationsOfOneDisplayAreOneDevice) {
  constexpr int kThreads = 10;
  std::latch start(kThreads);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      start.arrive_and_wait();
      for (int round = 0; round < 100; ++round) {
        Register({.install_id = "i1", .hardware_id = "hw-1"});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(Rows(), 1U);
}

TEST_F(RegistryTest, ARestartKeepsEverything) {
  const Registered registered = Register({.install_id = "i1", .hardware_id = "hw-1"}, "Foyer");
  ASSERT_TRUE(Beat(Of(registered)).ok());
  ASSERT_TRUE(registry_->FlushPresence().ok());
  const absl::Time seen = clock_.Now();
  clock_.Advance(absl::Minutes(2));

  Start();

  EXPECT_TRUE(registry_->Authenticate(Of(registered)).ok());
  const auto device = registry_->Get(registered.device.id);
  ASSERT_TRUE(device.ok());
  EXPECT_EQ(device->device.name, "Foyer");
  EXPECT_EQ(device->device.last_seen_at, seen);
  EXPECT_EQ(device->device.current_state, R"({"title":"Alien"})");
  EXPECT_EQ(device->presence, Presence::kStale);
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

TEST_F(RegistryTest, AHeartbeatIsSeenBeforeItIsWritten) {
  const Registered registered = Register({.install_id = "i1", .hardware_id = "hw-1"});
  EXPECT_EQ(registry_->Get(registered.device.id)->presence, Presence::kUnknown);

  ASSERT_TRUE(Beat(Of(registered)).ok());

  const auto device = registry_->Get(registered.device.id);
  EXPECT_EQ(device->presence, Presence::kOnline);
  EXPECT_EQ(device->device.current_state, R"({"title":"Alien"})");
}

TEST_F(RegistryTest, HeartbeatsThatCannotBeWrittenAreKeptAndSaidOnce) {
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

TEST_F(RegistryTest, HeartbeatsAreRefusedForDefiniteReasonsOnly) {
  const Registered registered = Register({.install_id = "i1", .hardware_id = "hw-1"});
  const Credentials unknown{.device_id = "nobody", .secret = registered.secret};
  const Credentials wrong{.device_id = registered.device.id, .secret = "wrong"};

  EXPECT_EQ(rpc::ReasonOf(Beat({})), "MISSING_CREDENTIALS");
  EXPECT_EQ(rpc::ReasonOf(Beat(unknown)), "DEVICE_NOT_FOUND");
  EXPECT_EQ(rpc::ReasonOf(Beat(wrong)), "INVALID_SECRET");

  store_->down = true;
  EXPECT_EQ(Beat(unknown).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Beat(wrong).code(), absl::StatusCode::kUnavailable);
}

TEST_F(RegistryTest, ChecksAsDisplaysExpect) {
  const Registered registered = Register({.install_id = "i1", .hardware_id = "hw-1"});
  const auto check = [&](const std::string& id, const std::string& secret,
                         const Identity& identity) {
    return registry_->Check({.device_id = id, .secret = secret}, identity);
  };

  EXPECT_EQ(rpc::ReasonOf(check("", "", {}).status()), "MISSING_DEVICE_IDENTIFIER");
  EXPECT_EQ(check("nobody", "", {})->outcome, CheckOutcome::kNotFound);
  EXPECT_EQ(check(registered.device.id, "", {})->outcome, CheckOutcome::kSecretRequired);
  EXPECT_EQ(check(registered.device.id, "wrong", {})->outcome, CheckOutcome::kInvalidSecret);
  EXPECT_EQ(check(registered.device.id, registered.secret, {})->outcome, CheckOutcome::kValid);
  // A screen that has lost everything but its hardware, or its cookie.
  EXPECT_EQ(check("hw-1", "", {.install_id = "", .hardware_id = "hw-1"})->device_id,
            registered.device.id);
  EXPECT_EQ(check("", "", {.install_id = "i1", .hardware_id = ""})->device_id,
            registered.device.id);
}

TEST_F(RegistryTest, AValidCheckIsASignOfLife) {
  const Registered registered = Register({.install_id = "i1", .hardware_id = "hw-1"});

  ASSERT_TRUE(registry_->Check(Of(registered), {}).ok());

  EXPECT_EQ(registry_->Get(registered.device.id)->presence, Presence::kOnline);
}

TEST_F(RegistryTest, ADeletedDeviceStaysDeleted) {
  const Registered registered = Register({.install_id = "i1", .hardware_id = "hw-1"});
  ASSERT_TRUE(Beat(Of(registered)).ok());

  ASSERT_TRUE(registry_->Delete(registered.device.id, std::nullopt).ok());
  ASSERT_TRUE(registry_->FlushPresence().ok());
  Start();

  EXPECT_EQ(rpc::ReasonOf(Beat(Of(registered))), "DEVICE_NOT_FOUND");
  EXPECT_EQ(Rows(), 0U);
}

TEST_F(RegistryTest, AHeartbeatThatRacesADeletionDoesNotUndoIt) {
  const Registered registered = Register({.install_id = "i1", .hardware_id = "hw-1"});
  ASSERT_TRUE(registry_->Delete(registered.device.id, std::nullopt).ok());

  // Proved before the deletion, heard after it.
  presence_->Heard(registered.device.id, clock_.Now(), "{}", "{}");
  ASSERT_TRUE(registry_->FlushPresence().ok());

  EXPECT_EQ(Rows(), 0U);
  EXPECT_EQ(presence_->Count()[static_cast<size_t>(Presence::kOnline)], 0U);
}

TEST_F(RegistryTest, DeletingAnOldVersionIsRefused) {
  const Registered registered = Register({.install_id = "i1", .hardware_id = "hw-1"});
  const int64_t seen = registered.device.revision;
  Register({.install_id = "i1", .hardware_id = "hw-1"});

  EXPECT_EQ(registry_->Delete(registered.device.id, seen).status().code(),
            absl::StatusCode::kAborted);
  EXPECT_EQ(registry_->Delete("nobody", std::nullopt).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(RegistryTest, CollectedHeartbeatsOfDeletedDevicesAreDropped) {
  const Registered registered = Register({.install_id = "i1", .hardware_id = "hw-1"});

  const absl::Status taken =
      registry_->TakeHeartbeats({{.device_id = "nobody", .news = {}, .received_at = clock_.Now()},
                                 {.device_id = registered.device.id,
                                  .news = {.identity = {.install_id = "", .hardware_id = "hw-2"},
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

TEST_F(RegistryTest, ListsPageByPageWithoutGapsOrRepeats) {
  for (int i = 0; i < 7; ++i) Register({.install_id = std::to_string(i), .hardware_id = ""});

  std::set<std::string> ids;
  int pages = 0;
  DeviceCursor after;
  while (true) {
    const auto page = registry_->List(after, 3);
    ASSERT_TRUE(page.ok());
    ++pages;
    for (const SeenDevice& seen : page->devices) EXPECT_TRUE(ids.insert(seen.device.id).second);
    if (!page->next) break;
    after = *page->next;
  }

  EXPECT_EQ(ids.size(), 7U);
  EXPECT_EQ(pages, 3);
}

TEST_F(RegistryTest, RefusesIdentifiersWithoutBound) {
  const auto refused = registry_->Register({.identity = {.install_id = "", .hardware_id = "hw-1"},
                                            .name = std::string(257, 'x'),
                                            .location = "",
                                            .request_id = ""});

  EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(RegistryTest, CountsDevicesByPresence) {
  Register({.install_id = "a", .hardware_id = ""});
  ASSERT_TRUE(Beat(Of(Register({.install_id = "b", .hardware_id = ""}))).ok());

  const std::string metrics = metrics_.Render();

  EXPECT_THAT(metrics, HasSubstr("marquee_devices{presence=\"unknown\"} 1"));
  EXPECT_THAT(metrics, HasSubstr("marquee_devices{presence=\"online\"} 1"));
}

}  // namespace
}  // namespace marquee::devices
