// Registrations, identical displays, secrets, restarts, listing, deletion.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <set>
#include <thread>

#include "libs/rpc/error_info.h"
#include "services/devices/registry/registry_fixture.h"

namespace marquee::devices {
namespace {

using ::testing::HasSubstr;

TEST_F(RegistryTest, RegistersANewDisplayWithIdSecretAndName) {
  const Registered registered = Register({.install_id = "i1", .hardware_id = "hw-1"});

  EXPECT_TRUE(registered.created);
  EXPECT_EQ(registered.device.id.size(), 36U);
  EXPECT_EQ(registered.secret.size(), 64U);
  EXPECT_EQ(registered.device.name, "Device 2026-01-01");
  EXPECT_TRUE(registry_->Authenticate(Of(registered)).ok());
}

TEST_F(RegistryTest, StoresAndLogsNoSecret) {
  const Registered registered = Register({.install_id = "i1", .hardware_id = "hw-1"});

  EXPECT_EQ(registered.device.secret_hash.find(registered.secret), std::string::npos);
  EXPECT_EQ(logger_.Count(registered.secret), 0U);
}

TEST_F(RegistryTest, FindsTheSameDisplayAgainAndKeepsItsName) {
  const Registered first = Register({.install_id = "i1", .hardware_id = "hw-1"}, "Foyer");

  const Registered again = Register({.install_id = "i1", .hardware_id = "hw-1"}, "Screen hw-1");

  EXPECT_FALSE(again.created);
  EXPECT_EQ(again.device.id, first.device.id);
  EXPECT_EQ(again.device.name, "Foyer");
  EXPECT_NE(again.secret, first.secret);
}

TEST_F(RegistryTest, FindsADisplayWithAChangedHardwareIdByItsCookie) {
  const Registered first = Register({.install_id = "i1", .hardware_id = "hw-1"});

  const Registered again = Register({.install_id = "i1", .hardware_id = "hw-2"});

  EXPECT_EQ(again.device.id, first.device.id);
  EXPECT_EQ(again.device.hardware_id, "hw-2");
}

TEST_F(RegistryTest, FindsADisconnectedDisplayWithoutCookieByItsHardwareId) {
  const Registered first = Register({.install_id = "i1", .hardware_id = "hw-1"});
  PassTheStart();

  const Registered again = Register({.install_id = "i2", .hardware_id = "hw-1"});

  EXPECT_EQ(again.device.id, first.device.id);
  EXPECT_EQ(again.device.install_id, "i2");
}

TEST_F(RegistryTest, RegistersAnIdenticalDisplayOfAnOnlineOneAsASecondDevice) {
  const Registered first = Register({.install_id = "i1", .hardware_id = "hw-shared"});
  PassTheStart();
  ASSERT_TRUE(Beat(Of(first)).ok());

  const Registered other = Register({.install_id = "i2", .hardware_id = "hw-shared"});

  EXPECT_TRUE(other.created);
  EXPECT_NE(other.device.id, first.device.id);
  EXPECT_TRUE(Beat(Of(first)).ok());
  EXPECT_TRUE(Beat(Of(other)).ok());
}

TEST_F(RegistryTest, RegistersAnIdenticalDisplayRightAfterwardsAsASecondDevice) {
  PassTheStart();
  const Registered first = Register({.install_id = "i1", .hardware_id = "hw-shared"});
  clock_.Advance(absl::Seconds(2));  // before the first heartbeat of the first

  const Registered other = Register({.install_id = "i2", .hardware_id = "hw-shared"});

  EXPECT_NE(other.device.id, first.device.id);
}

TEST_F(RegistryTest, HandsOutNoDeviceRightAfterARestart) {
  const Registered first = Register({.install_id = "i1", .hardware_id = "hw-shared"});
  PassTheStart();
  Start();

  const Registered other = Register({.install_id = "i2", .hardware_id = "hw-shared"});

  EXPECT_NE(other.device.id, first.device.id);
  EXPECT_TRUE(registry_->Authenticate(Of(first)).ok());
}

TEST_F(RegistryTest, FindsIdenticalDisplaysByTheirCookies) {
  const Registered a = Register({.install_id = "a", .hardware_id = "hw-shared"});
  const Registered b = Register({.install_id = "b", .hardware_id = "hw-shared"});
  PassTheStart();

  EXPECT_EQ(Register({.install_id = "a", .hardware_id = "hw-shared"}).device.id, a.device.id);
  EXPECT_EQ(Register({.install_id = "b", .hardware_id = "hw-shared"}).device.id, b.device.id);
}

TEST_F(RegistryTest, AcceptsTheOldSecretUntilTheNewOneIsUsed) {
  const Registered first = Register({.install_id = "i1", .hardware_id = "hw-1"});
  const Registered again = Register({.install_id = "i1", .hardware_id = "hw-1"});

  EXPECT_TRUE(registry_->Authenticate(Of(first)).ok());
  EXPECT_TRUE(registry_->Authenticate(Of(again)).ok());

  const absl::Status refused = registry_->Authenticate(Of(first)).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(rpc::ReasonOf(refused), "INVALID_SECRET");
}

TEST_F(RegistryTest, RejectsTheOldSecretAfterTenMinutes) {
  const Registered first = Register({.install_id = "i1", .hardware_id = "hw-1"});
  Register({.install_id = "i1", .hardware_id = "hw-1"});

  clock_.Advance(absl::Minutes(10));

  EXPECT_EQ(registry_->Authenticate(Of(first)).status().code(), absl::StatusCode::kUnauthenticated);
}

TEST_F(RegistryTest, ARepeatedRequestIdFindsTheDevice) {
  const RegisterRequest request{.identity = {}, .name = "", .location = "", .request_id = "7f0c"};
  const auto first = registry_->Register(request);
  const auto again = registry_->Register(request);

  ASSERT_TRUE(first.ok() && again.ok());
  EXPECT_EQ(again->device.id, first->device.id);
  EXPECT_EQ(Rows(), 1U);
}

TEST_F(RegistryTest, FiftyConcurrentRegistrationsCreateFiftyDevices) {
  constexpr int kDisplays = 50;
  std::latch start(kDisplays);
  std::vector<Registered> results(kDisplays);
  std::vector<std::thread> threads;
  for (int i = 0; i < kDisplays; ++i) {
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      // Identical televisions, switched on together.
      results[static_cast<size_t>(i)] =
          Register({.install_id = "i" + std::to_string(i), .hardware_id = "hw-shared"});
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

TEST_F(RegistryTest, ConcurrentRegistrationsOfOneDisplayCreateOneDevice) {
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

TEST_F(RegistryTest, KeepsDevicesOverARestart) {
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

TEST_F(RegistryTest, ADeletedDeviceStaysDeletedOverARestart) {
  const Registered registered = Register({.install_id = "i1", .hardware_id = "hw-1"});
  ASSERT_TRUE(Beat(Of(registered)).ok());

  ASSERT_TRUE(registry_->Delete(registered.device.id, std::nullopt).ok());
  ASSERT_TRUE(registry_->FlushPresence().ok());
  Start();

  EXPECT_EQ(rpc::ReasonOf(Beat(Of(registered))), "DEVICE_NOT_FOUND");
  EXPECT_EQ(Rows(), 0U);
}

TEST_F(RegistryTest, RejectsDeletingAnOldRevision) {
  const Registered registered = Register({.install_id = "i1", .hardware_id = "hw-1"});
  const int64_t seen = registered.device.revision;
  Register({.install_id = "i1", .hardware_id = "hw-1"});

  EXPECT_EQ(registry_->Delete(registered.device.id, seen).status().code(),
            absl::StatusCode::kAborted);
  EXPECT_EQ(registry_->Delete("missing", std::nullopt).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(RegistryTest, ListsPagesWithoutGapsOrDuplicates) {
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

TEST_F(RegistryTest, RejectsTooLongIdentifiers) {
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
