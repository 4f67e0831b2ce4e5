#include "services/playlist/clients/settings_watch.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libs/base/clock.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/server.h"
#include "libs/testing/capturing_logger.h"
#include "services/playlist/clients/fake_settings.h"

namespace marquee::playlist {
namespace {

using ::testing::HasSubstr;

class SettingsWatchTest : public ::testing::Test {
 public:
  SettingsWatchTest() {
    server_ = *rpc::Server::Start({.listen = "127.0.0.1:0"}, {&settings_}, server_metrics_, clock_);
  }
  ~SettingsWatchTest() override { EndServer(); }

 protected:
  void EndServer() {
    settings_.Cut(true);
    server_->Drain(clock_.Now() + absl::Seconds(2));
  }
  std::unique_ptr<SettingsWatch> Watch() {
    auto watch = std::make_unique<SettingsWatch>(
        rpc::Connect(fmt::format("127.0.0.1:{}", server_->port())),
        SettingsWatch::Options{.first_pause = absl::Milliseconds(1)},
        [this](const google::protobuf::Struct& body) {
          const base::MutexLock lock(mutex_);
          heard_.push_back(body.fields().at("n").string_value());
          changed_.NotifyAll();
        },
        SettingsWatch::Deps{logger_, metrics_});
    watch->Start();
    return watch;
  }
  // The n-th received body, counted from 1.
  std::string Received(size_t n) {
    base::MutexLock lock(mutex_);
    while (heard_.size() < n) changed_.Wait(lock);
    return heard_[n - 1];
  }

  base::SystemClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  obs::Metrics server_metrics_;
  FakeSettings settings_;
  std::unique_ptr<rpc::Server> server_;
  base::Mutex mutex_;
  base::CondVar changed_;
  std::vector<std::string> heard_ MARQUEE_GUARDED_BY(mutex_);
};

TEST_F(SettingsWatchTest, ReceivesTheDocumentAtTheStartAndAfterEachChange) {
  settings_.Put(R"({"n": "one"})");
  const auto watch = Watch();
  EXPECT_EQ(Received(1), "one");

  settings_.Put(R"({"n": "two"})");

  EXPECT_EQ(Received(2), "two");
  EXPECT_THAT(metrics_.Render(), HasSubstr("marquee_settings_watch_up 1"));
}

TEST_F(SettingsWatchTest, ReconnectsAfterAFailureAndLogsOnceEachWay) {
  settings_.Put(R"({"n": "one"})");
  const auto watch = Watch();
  Received(1);

  settings_.Cut(true);
  settings_.AwaitStreams(4);  // three that failed
  settings_.Put(R"({"n": "two"})");
  settings_.Cut(false);

  EXPECT_EQ(Received(2), "two");
  EXPECT_EQ(logger_.Count("no settings stream"), 1U);
  EXPECT_EQ(logger_.Count("settings stream from the devices service works again"), 1U);
  EXPECT_THAT(metrics_.Render(),
              HasSubstr("marquee_settings_watch_streams_total{result=\"ok\"} 2"));
}

TEST_F(SettingsWatchTest, DestructionEndsAnOpenStream) {
  settings_.Put(R"({"n": "one"})");
  auto watch = Watch();
  Received(1);

  watch.reset();

  EXPECT_EQ(settings_.streams(), 1);
  EXPECT_EQ(logger_.Count("no settings stream"), 0U) << "a shutdown is not an outage";
}

TEST_F(SettingsWatchTest, DestructionEndsWhileReconnecting) {
  EndServer();
  auto watch = Watch();
  while (logger_.Count("no settings stream") == 0) std::this_thread::yield();

  watch.reset();

  EXPECT_THAT(metrics_.Render(), HasSubstr("marquee_settings_watch_up 0"));
}

}  // namespace
}  // namespace marquee::playlist
