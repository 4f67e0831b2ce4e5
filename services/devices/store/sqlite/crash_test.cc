// Simulates a power loss at every single operation of a scripted run: the store opens again and
// contains all acknowledged changes.
#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "libs/base/status.h"
#include "services/devices/store/device_store_conformance.h"
#include "services/devices/store/sqlite/faulty_vfs.h"
#include "services/devices/store/sqlite/sqlite_device_store.h"

namespace marquee::devices {
namespace {

absl::StatusOr<std::unique_ptr<SqliteDeviceStore>> Open(StoreSurroundings& with, const char* vfs) {
  return SqliteDeviceStore::Create({.file = with.dir / "devices.db", .vfs = vfs, .readers = 1},
                                   {.clock = with.clock, .metrics = with.metrics});
}

Device MakeDevice(StoreSurroundings& with, const std::string& id, int64_t revision) {
  Device device;
  device.id = id;
  device.secret_hash = std::string(400, 'h');  // few rows per page, so that pages split and merge
  device.created_at = device.registered_at = device.updated_at = with.clock.Now();
  device.revision = revision;
  return device;
}

// Acknowledged changes: the revision of each device; unset: deleted.
using Acknowledged = std::map<std::string, std::optional<int64_t>>;

// Acknowledged changes, and the device of the last unacknowledged write, which may or may not have
// happened.
struct Outcome {
  Acknowledged acknowledged;
  std::string in_doubt;
};

Outcome RunScript(StoreSurroundings& with, const char* vfs) {
  Outcome outcome;
  const auto store = Open(with, vfs);
  if (!store.ok()) return outcome;
  int64_t revision = 0;
  const auto write = [&](const std::string& id, bool removes) {
    const absl::Status written = (*store)->Write([&](StoreTransaction& rows) -> absl::Status {
      if (removes) return rows.DeleteDevice(id).status();
      MARQUEE_RETURN_IF_ERROR(rows.PutDevice(MakeDevice(with, id, revision + 1)));
      Command command;
      command.id = id + "-" + std::to_string(revision + 1);
      command.device_id = id;
      command.type = "playback.next";
      command.created_at = command.expires_at = with.clock.Now();
      return rows.AddCommand(command);
    });
    if (!written.ok()) {
      if (outcome.in_doubt.empty()) outcome.in_doubt = id;
      return;
    }
    ++revision;
    outcome.acknowledged[id] = removes ? std::nullopt : std::optional(revision);
  };
  for (int i = 0; i < 24; ++i) {
    write("device-" + std::to_string(i % 9), false);
    if (i % 5 == 4) write("device-" + std::to_string((i + 3) % 9), true);
  }
  return outcome;
}

void ExpectAllOf(const Outcome& outcome, StoreSurroundings& with, int64_t fail_at) {
  const FaultyVfs faultless("faultless", FaultyVfs::kNever, FaultyVfs::Loss::kNothing);
  const auto store = Open(with, faultless.name());
  ASSERT_TRUE(store.ok()) << "fault at " << fail_at << ": " << store.status();
  for (const auto& [id, revision] : outcome.acknowledged) {
    if (id == outcome.in_doubt) continue;
    std::optional<Device> found;
    const absl::Status read = (*store)->Read([&](StoreView& rows) -> absl::Status {
      MARQUEE_ASSIGN_OR_RETURN(found, rows.FindDevice(id));
      return absl::OkStatus();
    });
    ASSERT_TRUE(read.ok()) << read;
    EXPECT_EQ(found.has_value(), revision.has_value()) << id << ", fault at " << fail_at;
    if (found && revision) {
      EXPECT_EQ(found->revision, *revision) << id << ", fault at " << fail_at;
    }
  }
}

class CrashTest : public ::testing::TestWithParam<FaultyVfs::Loss> {};

TEST_P(CrashTest, KeepsAcknowledgedChangesAfterAFaultAtAnyOperation) {
  size_t acknowledged = 0;
  for (int64_t fail_at = 1;; ++fail_at) {
    StoreSurroundings with;
    FaultyVfs vfs("faulty", fail_at, GetParam());
    const Outcome outcome = RunScript(with, vfs.name());
    acknowledged += outcome.acknowledged.size();
    ExpectAllOf(outcome, with, fail_at);
    if (HasFatalFailure()) return;
    if (!vfs.struck()) {
      EXPECT_GT(fail_at, 100);  // otherwise the script did not run
      break;
    }
  }
  EXPECT_GT(acknowledged, 100U);
}

INSTANTIATE_TEST_SUITE_P(Losses, CrashTest,
                         ::testing::Values(FaultyVfs::Loss::kNothing, FaultyVfs::Loss::kUnsynced));

}  // namespace
}  // namespace marquee::devices
