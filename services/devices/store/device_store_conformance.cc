#include "services/devices/store/device_store_conformance.h"

#include <fmt/format.h>

#include <atomic>
#include <latch>
#include <thread>

#include "libs/base/status.h"

namespace marquee::devices {

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DeviceStoreConformance);

void DeviceStoreConformance::Put(const Device& device) {
  const absl::Status put =
      store_->Write([&](StoreTransaction& store) { return store.PutDevice(device); });
  ASSERT_TRUE(put.ok()) << put;
}

void DeviceStoreConformance::Add(const Command& command) {
  const absl::Status added =
      store_->Write([&](StoreTransaction& store) { return store.AddCommand(command); });
  ASSERT_TRUE(added.ok()) << added;
}

std::optional<Device> DeviceStoreConformance::Find(const std::string& id) {
  std::optional<Device> found;
  const absl::Status read = store_->Read([&](StoreView& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(found, store.FindDevice(id));
    return absl::OkStatus();
  });
  EXPECT_TRUE(read.ok()) << read;
  return found;
}

std::vector<Command> DeviceStoreConformance::Open(const std::string& device_id) {
  std::vector<Command> open;
  const absl::Status read = store_->Read([&](StoreView& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(open, store.OpenCommands(device_id));
    return absl::OkStatus();
  });
  EXPECT_TRUE(read.ok()) << read;
  return open;
}

Device DeviceStoreConformance::MakeDevice(const std::string& id) const {
  Device device;
  device.id = id;
  device.secret_hash = "sha256:00";
  device.name = "Device " + id;
  device.created_at = surroundings_.clock.Now();
  device.registered_at = surroundings_.clock.Now();
  device.updated_at = surroundings_.clock.Now();
  device.revision = 1;
  return device;
}

Command DeviceStoreConformance::MakeCommand(const std::string& id,
                                            const std::string& device_id) const {
  Command command;
  command.id = id;
  command.device_id = device_id;
  command.type = "playback.next";
  command.created_at = surroundings_.clock.Now();
  command.expires_at = surroundings_.clock.Now() + absl::Minutes(1);
  return command;
}

TEST_P(DeviceStoreConformance, ReturnsADeviceAsStored) {
  Device device = MakeDevice("a");
  device.install_id = "inst-1";
  device.cookie_id = "cookie";
  device.hardware_id = "hw-1";
  device.previous_secret_hash = "sha256:11";
  device.previous_secret_until = surroundings_.clock.Now() + absl::Minutes(10);
  device.location = "Foyer \"left\"";
  device.tags = {"big", "b,c", "ü"};
  device.preset = "quiet";
  device.profile_id = "p";
  device.plex_username = "ann";
  device.settings_override = R"({"mode":"cinema"})";
  device.client_info = R"({"mode":"wallart"})";
  device.current_state = R"({"title":"Alien"})";
  device.reload = true;
  device.last_seen_at = surroundings_.clock.Now();
  device.revision = 7;
  device.register_request_id = "r";

  Put(device);

  EXPECT_EQ(Find("a"), device);
  EXPECT_EQ(Find("b"), std::nullopt);
}

TEST_P(DeviceStoreConformance, PutReplacesTheRowAndKeepsItsCommands) {
  Put(MakeDevice("a"));
  Add(MakeCommand("c1", "a"));
  Device changed = MakeDevice("a");
  changed.name = "Lobby";

  Put(changed);

  EXPECT_EQ(Find("a")->name, "Lobby");
  EXPECT_EQ(Open("a").size(), 1U);
}

TEST_P(DeviceStoreConformance, FindsDevicesByHardwareIdLastSeenFirst) {
  Device early = MakeDevice("early");
  early.hardware_id = "hw-shared";
  early.last_seen_at = surroundings_.clock.Now() - absl::Hours(1);
  Device late = MakeDevice("late");
  late.hardware_id = "hw-shared";
  late.last_seen_at = surroundings_.clock.Now();
  Device never = MakeDevice("never");
  never.hardware_id = "hw-shared";
  for (const Device& device : {early, never, late, MakeDevice("other")}) Put(device);

  std::vector<Device> sharing;
  const absl::Status read = store_->Read([&](StoreView& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(sharing, store.DevicesWithHardwareId("hw-shared"));
    return absl::OkStatus();
  });

  ASSERT_TRUE(read.ok());
  EXPECT_EQ(sharing, (std::vector<Device>{late, early, never}));
}

TEST_P(DeviceStoreConformance, FindsByInstallIdAndByRequestId) {
  Device device = MakeDevice("a");
  device.install_id = "inst-1";
  device.register_request_id = "req-1";
  Put(device);
  Put(MakeDevice("without"));

  const absl::Status read = store_->Read([&](StoreView& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(const auto by_install, store.DevicesWithInstallId("inst-1"));
    MARQUEE_ASSIGN_OR_RETURN(const auto by_request, store.DeviceWithRegisterRequestId("req-1"));
    MARQUEE_ASSIGN_OR_RETURN(const auto by_nothing, store.DevicesWithInstallId(""));
    EXPECT_EQ(by_install, std::vector<Device>{device});
    EXPECT_EQ(by_request, device);
    EXPECT_TRUE(by_nothing.empty());
    return absl::OkStatus();
  });

  EXPECT_TRUE(read.ok());
}

TEST_P(DeviceStoreConformance, ListsPagesByCreationTime) {
  for (int i = 0; i < 5; ++i) {
    Put(MakeDevice(fmt::format("{}", 9 - i)));
    if (i != 2) surroundings_.clock.Advance(absl::Seconds(1));  // two of the same instant
  }

  std::string order;
  DeviceCursor after;
  while (true) {
    std::vector<Device> page;
    const absl::Status read = store_->Read([&](StoreView& store) -> absl::Status {
      MARQUEE_ASSIGN_OR_RETURN(page, store.ListDevices(after, 2));
      return absl::OkStatus();
    });
    ASSERT_TRUE(read.ok());
    if (page.empty()) break;
    for (const Device& device : page) order += device.id;
    after = {absl::ToUnixMillis(page.back().created_at), page.back().id};
  }

  EXPECT_EQ(order, "98675");
}

TEST_P(DeviceStoreConformance, TouchDoesNotRestoreADeletedDevice) {
  Put(MakeDevice("a"));
  bool existed = false;
  bool touched = true;

  const absl::Status written = store_->Write([&](StoreTransaction& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(existed, store.DeleteDevice("a"));
    MARQUEE_ASSIGN_OR_RETURN(touched,
                             store.TouchDevice("a", surroundings_.clock.Now(), "{}", "{}"));
    return absl::OkStatus();
  });

  ASSERT_TRUE(written.ok());
  EXPECT_TRUE(existed);
  EXPECT_FALSE(touched);
  EXPECT_EQ(Find("a"), std::nullopt);
}

TEST_P(DeviceStoreConformance, TouchChangesOnlyHeartbeatData) {
  const Device before = MakeDevice("a");
  Put(before);
  bool touched = false;

  const absl::Status written = store_->Write([&](StoreTransaction& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(touched, store.TouchDevice("a", surroundings_.clock.Now(),
                                                        R"({"mode":"x"})", R"({"paused":true})"));
    return absl::OkStatus();
  });

  Device expected = before;
  expected.last_seen_at = surroundings_.clock.Now();
  expected.client_info = R"({"mode":"x"})";
  expected.current_state = R"({"paused":true})";
  ASSERT_TRUE(written.ok());
  EXPECT_TRUE(touched);
  EXPECT_EQ(Find("a"), expected);
}

TEST_P(DeviceStoreConformance, DeletingADeviceDeletesItsCommands) {
  Put(MakeDevice("a"));
  Put(MakeDevice("b"));
  Add(MakeCommand("of-a", "a"));
  Add(MakeCommand("of-b", "b"));

  const absl::Status written =
      store_->Write([](StoreTransaction& store) { return store.DeleteDevice("a").status(); });

  ASSERT_TRUE(written.ok());
  EXPECT_TRUE(Open("a").empty());
  EXPECT_EQ(Open("b").size(), 1U);
}

TEST_P(DeviceStoreConformance, RejectsACommandWithoutItsDevice) {
  const Command orphan = MakeCommand("c", "missing");

  const absl::Status added =
      store_->Write([&](StoreTransaction& store) { return store.AddCommand(orphan); });

  EXPECT_FALSE(added.ok());
  EXPECT_TRUE(Open("missing").empty());
}

TEST_P(DeviceStoreConformance, ReturnsOpenCommandsOldestFirstWithAllFields) {
  Put(MakeDevice("a"));
  Command first = MakeCommand("z", "a");
  first.payload = R"({"mediaId":"x"})";
  first.state = CommandState::kSent;
  first.sent_at = surroundings_.clock.Now();
  first.deliveries = 3;
  first.heartbeat_handouts = 2;
  first.detail = "seen";
  first.request_id = "r";
  const Command second = MakeCommand("y", "a");
  Command closed = MakeCommand("x", "a");
  Close(closed, CommandState::kAcked, surroundings_.clock.Now(), "");
  for (const Command& command : {first, closed, second}) Add(command);

  EXPECT_EQ(Open("a"), (std::vector<Command>{first, second}));
}

TEST_P(DeviceStoreConformance, FindsAnUpdatedCommand) {
  Put(MakeDevice("a"));
  Command command = MakeCommand("c", "a");
  command.request_id = "r";
  Add(command);
  command.sent_at = surroundings_.clock.Now();
  command.deliveries = 1;
  Close(command, CommandState::kFailed, surroundings_.clock.Now(), "no such page");

  const absl::Status written = store_->Write([&](StoreTransaction& store) -> absl::Status {
    MARQUEE_RETURN_IF_ERROR(store.UpdateCommand(command));
    MARQUEE_ASSIGN_OR_RETURN(const auto by_id, store.FindCommand("c"));
    MARQUEE_ASSIGN_OR_RETURN(const auto by_request, store.CommandWithRequestId("a", "r"));
    EXPECT_EQ(by_id, command);
    EXPECT_EQ(by_request, command);
    return absl::OkStatus();
  });

  ASSERT_TRUE(written.ok()) << written;
  EXPECT_TRUE(Open("a").empty());
}

TEST_P(DeviceStoreConformance, ExpiresCommandsAtTheirTime) {
  Put(MakeDevice("a"));
  Command short_lived = MakeCommand("short", "a");
  Command long_lived = MakeCommand("long", "a");
  long_lived.expires_at = surroundings_.clock.Now() + absl::Hours(24);
  Add(short_lived);
  Add(long_lived);
  surroundings_.clock.Advance(absl::Minutes(1));
  int64_t expired = 0;

  const absl::Status written = store_->Write([&](StoreTransaction& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(expired, store.ExpireCommands(surroundings_.clock.Now()));
    MARQUEE_ASSIGN_OR_RETURN(const auto gone, store.FindCommand("short"));
    EXPECT_EQ(gone->state, CommandState::kExpired);
    EXPECT_EQ(gone->closed_at, surroundings_.clock.Now());
    MARQUEE_ASSIGN_OR_RETURN(const int64_t open, store.CountOpenCommands());
    EXPECT_EQ(open, 1);
    return absl::OkStatus();
  });

  ASSERT_TRUE(written.ok());
  EXPECT_EQ(expired, 1);
  EXPECT_EQ(Open("a"), std::vector<Command>{long_lived});
}

TEST_P(DeviceStoreConformance, PruningKeepsTheNewestAndOpenCommands) {
  Put(MakeDevice("a"));
  Add(MakeCommand("open", "a"));
  for (int i = 0; i < 5; ++i) {
    Command closed = MakeCommand(fmt::format("c{}", i), "a");
    Close(closed, CommandState::kAcked, surroundings_.clock.Now(), "");
    Add(closed);
  }
  std::vector<Command> history;

  const absl::Status written = store_->Write([&](StoreTransaction& store) -> absl::Status {
    MARQUEE_RETURN_IF_ERROR(store.PruneCommands("a", 2));
    MARQUEE_ASSIGN_OR_RETURN(history, store.CommandHistory("a", 100));
    return absl::OkStatus();
  });

  ASSERT_TRUE(written.ok()) << written;
  std::string ids;
  for (const Command& command : history) ids += command.id + " ";
  EXPECT_EQ(ids, "c4 c3 open ");
}

TEST_P(DeviceStoreConformance, ListsDevicesWithQueuedCommands) {
  Put(MakeDevice("waits"));
  Put(MakeDevice("sent"));
  Add(MakeCommand("q1", "waits"));
  Add(MakeCommand("q2", "waits"));
  Command sent = MakeCommand("s", "sent");
  sent.state = CommandState::kSent;
  Add(sent);
  std::vector<std::string> waiting;

  const absl::Status read = store_->Read([&](StoreView& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(waiting, store.DevicesWithQueuedCommands());
    MARQUEE_ASSIGN_OR_RETURN(const auto open, store.DevicesWithOpenCommands());
    EXPECT_EQ(open.size(), 2U);
    return absl::OkStatus();
  });

  ASSERT_TRUE(read.ok());
  EXPECT_EQ(waiting, std::vector<std::string>{"waits"});
}

TEST_P(DeviceStoreConformance, AFailedTransactionChangesNothing) {
  const absl::Status written = store_->Write([&](StoreTransaction& store) -> absl::Status {
    MARQUEE_RETURN_IF_ERROR(store.PutDevice(MakeDevice("a")));
    return absl::AbortedError("aborted by the test");
  });

  EXPECT_EQ(written.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(Find("a"), std::nullopt);
}

TEST_P(DeviceStoreConformance, ConcurrentWritesAreSerialised) {
  Put(MakeDevice("counter"));
  constexpr int kThreads = 16;
  constexpr int kRounds = 20;
  std::latch start(kThreads);
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      for (int round = 0; round < kRounds; ++round) {
        const absl::Status written = store_->Write([&](StoreTransaction& store) -> absl::Status {
          MARQUEE_ASSIGN_OR_RETURN(auto device, store.FindDevice("counter"));
          ++device->revision;
          MARQUEE_RETURN_IF_ERROR(store.PutDevice(*device));
          // Every fourth thread aborts, concurrently with others that do not.
          return i % 4 == 0 ? absl::AbortedError("aborted by the test") : absl::OkStatus();
        });
        if (written.ok() != (i % 4 != 0)) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(failures, 0);
  EXPECT_EQ(Find("counter")->revision, 1 + kThreads * 3 / 4 * kRounds);
}

TEST_P(DeviceStoreConformance, KeepsRowsOverARestart) {
  if (!GetParam().durable) GTEST_SKIP() << "the store is not durable by design";
  Put(MakeDevice("a"));
  Add(MakeCommand("c", "a"));

  store_.reset();
  store_ = GetParam().open(surroundings_);

  EXPECT_EQ(Find("a"), MakeDevice("a"));
  EXPECT_EQ(Open("a").size(), 1U);
}

}  // namespace marquee::devices
