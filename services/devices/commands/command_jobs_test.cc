#include "services/devices/commands/command_jobs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "libs/testing/capturing_logger.h"
#include "libs/testing/fake_clock.h"
#include "services/devices/bus/inproc_bus.h"
#include "services/devices/store/sqlite/sqlite_device_store.h"

namespace marquee::devices {
namespace {

// Records what is sent to gateways.
class FakeSender final : public CommandSender {
 public:
  bool Admit(const Socket&, std::string_view, bool) override { return true; }
  void Send(const Socket&, const Command& command) override { alone.push_back(command); }
  void SendToMany(const std::vector<std::pair<std::string, Socket>>& receivers,
                  const Command& command) override {
    for (const auto& [device_id, socket] : receivers) together.push_back(device_id);
    ++frames;
    last = command;
  }

  std::vector<Command> alone;
  std::vector<std::string> together;
  int frames = 0;
  Command last;
};

class CommandJobsTest : public ::testing::Test {
 protected:
  CommandJobsTest()
      : store_(std::move(*SqliteDeviceStore::Create({}, {.clock = clock_, .metrics = metrics_}))),
        center_({.store = *store_,
                 .presence = presence_,
                 .bus = bus_,
                 .sender = sender_,
                 .clock = clock_,
                 .logger = logger_,
                 .metrics = metrics_}),
        jobs_({.store = *store_,
               .presence = presence_,
               .bus = bus_,
               .center = center_,
               .clock = clock_,
               .logger = logger_,
               .listener = [this](const std::string&, const JobProgress& progress) {
                 heard_.push_back(progress);
               }}) {}

  // `count` displays "0", "1", …, each with a socket if `live`.
  std::vector<std::string> Fleet(int count, bool live = true) {
    std::vector<std::string> ids;
    for (int i = 0; i < count; ++i) {
      Device device;
      device.id = std::to_string(i);
      device.secret_hash = "sha256:00";
      device.created_at = device.registered_at = device.updated_at = clock_.Now();
      EXPECT_TRUE(
          store_->Write([&](StoreTransaction& store) { return store.PutDevice(device); }).ok());
      if (live) presence_.SocketUp(device.id, {.stream = 1, .socket_id = i + 1});
      ids.push_back(device.id);
    }
    return ids;
  }

  BatchResult Send(const BatchRequest& request) {
    BatchResult got;
    bool done = false;
    jobs_.Send(request, [&](const absl::StatusOr<BatchResult>& result) {
      EXPECT_TRUE(result.ok()) << result.status();
      if (result.ok()) got = *result;
      done = true;
    });
    EXPECT_TRUE(done);
    return got;
  }

  void Answer(const std::string& device_id, const std::string& id, bool ok) {
    ASSERT_TRUE(
        center_.Acknowledge({{.device_id = device_id, .command_id = id, .ok = ok, .info = ""}})
            .ok());
  }

  testing::FakeClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  InprocBus bus_;
  PresenceTracker presence_{clock_};
  FakeSender sender_;
  std::unique_ptr<DeviceStore> store_;
  CommandCenter center_;
  std::vector<JobProgress> heard_;
  CommandJobs jobs_;
};

TEST_F(CommandJobsTest, SendsOneFrameToAllConnectedDisplays) {
  const auto ids = Fleet(20);

  const BatchResult result = Send({.device_ids = ids, .type = "playback.next"});

  EXPECT_EQ(result.results.size(), 20U);
  EXPECT_EQ(sender_.frames, 1);
  EXPECT_EQ(sender_.together.size(), 20U);
  EXPECT_EQ(WireIdOf(sender_.last), result.job_id);
  EXPECT_EQ(jobs_.Progress(result.job_id)->sent, 20);
}

TEST_F(CommandJobsTest, DisplaysAcknowledgeByTheIdOfTheJob) {
  Fleet(2);
  const BatchResult result = Send({.all = true, .type = "playback.next"});

  Answer("0", result.job_id, true);
  Answer("1", result.job_id, false);

  EXPECT_EQ(jobs_.Progress(result.job_id)->acked, 1);
  EXPECT_EQ(jobs_.Progress(result.job_id)->failed, 1);
}

TEST_F(CommandJobsTest, ReportsMissingDevicesAndRejectsAnEmptyList) {
  Fleet(1);

  const BatchResult result = Send({.device_ids = {"0", "ghost", "0"}, .type = "x"});
  EXPECT_EQ(result.results.size(), 1U);
  EXPECT_EQ(result.missing_ids, std::vector<std::string>{"ghost"});

  absl::Status refused;
  jobs_.Send({.device_ids = {}, .type = "x"},
             [&](const absl::StatusOr<BatchResult>& answer) { refused = answer.status(); });
  EXPECT_TRUE(absl::IsInvalidArgument(refused));
}

TEST_F(CommandJobsTest, ARepeatedRequestIdCreatesOneJob) {
  Fleet(3);
  const BatchResult first = Send({.all = true, .type = "x", .request_id = "r"});

  const BatchResult again = Send({.all = true, .type = "x", .request_id = "r"});

  EXPECT_EQ(again.job_id, first.job_id);
  EXPECT_EQ(again.results.size(), 3U);
  EXPECT_EQ(sender_.together.size(), 3U);
}

TEST_F(CommandJobsTest, SendsAJobWithAFailureLimitInWaves) {
  Fleet(60);
  const BatchResult result = Send({.all = true, .type = "x", .max_failure_share = 0.5});
  EXPECT_EQ(sender_.together.size(), 10U);
  jobs_.Tick();
  EXPECT_EQ(sender_.together.size(), 10U);

  for (const std::string& id : std::vector<std::string>(sender_.together)) {
    Answer(id, result.job_id, true);
  }
  jobs_.Tick();
  EXPECT_EQ(sender_.together.size(), 20U);

  // A display that does not answer holds the others up only for kAnswerWithin.
  clock_.Advance(CommandJobs::kAnswerWithin + absl::Seconds(1));
  jobs_.Tick();
  EXPECT_EQ(sender_.together.size(), 30U);
}

TEST_F(CommandJobsTest, AJobStopsWhenTooManyDisplaysFail) {
  Fleet(60);
  const BatchResult result = Send({.all = true, .type = "x", .max_failure_share = 0.1});

  for (const std::string& id : std::vector<std::string>(sender_.together)) {
    Answer(id, result.job_id, false);
  }
  jobs_.Tick();

  const auto progress = jobs_.Progress(result.job_id);
  EXPECT_EQ(progress->failed, 10);
  EXPECT_EQ(progress->cancelled, 50);
  EXPECT_TRUE(progress->done());
  EXPECT_EQ(sender_.together.size(), 10U);
  EXPECT_EQ(logger_.Count("job stopped"), 1U);
}

TEST_F(CommandJobsTest, OfflineDisplaysDoNotDelayAJob) {
  Fleet(60, false);
  const BatchResult result = Send({.all = true, .type = "mode.navigate", .max_failure_share = 0.5});

  for (int i = 0; i < 10; ++i) jobs_.Tick();

  EXPECT_EQ(center_.HandOut("59")->size(), 1U);
  EXPECT_EQ(jobs_.Progress(result.job_id)->queued, 59);
}

TEST_F(CommandJobsTest, ReleasesCommandsHeldByAnEarlierProcess) {
  Fleet(30, false);
  Send({.all = true, .type = "mode.navigate", .max_failure_share = 0.5});
  CommandJobs later({.store = *store_,
                     .presence = presence_,
                     .bus = bus_,
                     .center = center_,
                     .clock = clock_,
                     .logger = logger_});

  for (int i = 0; i < 5; ++i) later.Tick();

  EXPECT_EQ(center_.HandOut("9")->size(), 1U);
}

TEST_F(CommandJobsTest, ACancelledJobReachesNoFurtherDisplays) {
  Fleet(60);
  const BatchResult result = Send({.all = true, .type = "x", .max_failure_share = 1});

  EXPECT_EQ(*jobs_.Cancel(result.job_id), 50);
  jobs_.Tick();

  EXPECT_EQ(sender_.together.size(), 10U);
  EXPECT_TRUE(absl::IsNotFound(jobs_.Cancel("no job").status()));
}

TEST_F(CommandJobsTest, AWaitEndsWithTheLastAcknowledgementOrAtItsDeadline) {
  Fleet(2);
  std::vector<BatchResult> answers;
  const auto keep = [&](const absl::StatusOr<BatchResult>& result) {
    ASSERT_TRUE(result.ok());
    answers.push_back(*result);
  };
  jobs_.Send({.all = true, .type = "x", .wait = absl::Seconds(3)}, keep);
  jobs_.Tick();
  ASSERT_TRUE(answers.empty());
  for (const char* id : {"0", "1"}) Answer(id, WireIdOf(sender_.last), true);
  jobs_.Tick();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].results[0].command.state, CommandState::kAcked);
  EXPECT_TRUE(answers[0].results[0].live);

  jobs_.Send({.all = true, .type = "y", .wait = absl::Seconds(3)}, keep);
  clock_.Advance(absl::Seconds(3));
  jobs_.Tick();
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[1].results[0].command.state, CommandState::kSent);
}

TEST_F(CommandJobsTest, ReportsProgressOfAWatchedJobUntilItIsDone) {
  Fleet(2);
  const BatchResult result = Send({.all = true, .type = "x"});
  jobs_.Watch(result.job_id);

  jobs_.Tick();
  Answer("0", result.job_id, true);
  Answer("1", result.job_id, true);
  jobs_.Tick();
  jobs_.Tick();

  ASSERT_EQ(heard_.size(), 2U);
  EXPECT_EQ(heard_[0].sent, 2);
  EXPECT_EQ(heard_[1].acked, 2);
  EXPECT_TRUE(heard_[1].done());
}

}  // namespace
}  // namespace marquee::devices
