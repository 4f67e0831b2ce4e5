#include "services/playlist/operations/now_playing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <string>
#include <thread>

#include "libs/testing/capturing_logger.h"

namespace marquee::playlist {
namespace {

class PlayingSource final : public Source {
 public:
  explicit PlayingSource(bool knows = true) : knows_(knows) {}
  std::string_view name() const override { return "Den"; }
  std::string_view type() const override { return "plex"; }
  absl::StatusOr<SourceYield> Fetch(const base::CallContext&) override { return SourceYield{}; }
  ArtworkOrigin& artwork() override { std::abort(); }
  bool knows_now_playing() const override { return knows_; }
  absl::StatusOr<std::vector<PlaybackSession>> NowPlaying(const base::CallContext&) override {
    ++polls;
    if (!fails) {
      PlaybackSession session;
      session.id = std::to_string(session_id);
      return std::vector{session};
    }
    return absl::UnavailableError("away");
  }

  std::atomic<int> polls = 0;
  std::atomic<int> session_id = 1;
  std::atomic<bool> fails = false;

 private:
  const bool knows_;
};

class NowPlayingTest : public ::testing::Test {
 protected:
  base::SystemClock clock_;
  testing::CapturingLogger logger_;
  std::shared_ptr<PlayingSource> owned_ = std::make_shared<PlayingSource>();
  PlayingSource& source_ = *owned_;
  ActiveSources active_sources_{{owned_}};
};

TEST_F(NowPlayingTest, DoesNotPollWithoutWatchers) {
  NowPlaying playing(active_sources_, {.poll_every = absl::ZeroDuration()}, {clock_, logger_});
  {
    const NowPlaying another(active_sources_, {}, {clock_, logger_});
  }

  EXPECT_EQ(source_.polls, 0);
  EXPECT_EQ(playing.current(), nullptr);
}

TEST_F(NowPlayingTest, NotifiesAWatcherImmediatelyAndAfterEachChange) {
  NowPlaying playing(active_sources_, {.poll_every = absl::Milliseconds(1)}, {clock_, logger_});
  std::latch first(1);
  std::latch second(1);
  std::atomic<int> calls = 0;

  const auto guard = playing.Watch([&] {
    const int call = ++calls;
    if (call == 1) first.count_down();
    if (call == 2) second.count_down();
  });
  first.wait();
  const int polls = source_.polls;
  while (source_.polls < polls + 3) std::this_thread::yield();
  EXPECT_EQ(calls, 1) << "equal sessions are not a change";
  source_.session_id = 2;
  second.wait();

  EXPECT_EQ(playing.current()->sessions.at(0).id, "2");
}

TEST_F(NowPlayingTest, AWatcherAfterAPauseGetsANewReport) {
  NowPlaying playing(active_sources_,
                     {.poll_every = absl::Hours(1), .fresh_for = absl::ZeroDuration()},
                     {clock_, logger_});
  auto first = playing.Watch([] {});
  while (playing.current() == nullptr) std::this_thread::yield();
  first.reset();
  source_.session_id = 2;
  std::latch told(1);
  std::atomic<int> calls = 0;

  const auto guard = playing.Watch([&] {
    if (++calls == 1) told.count_down();
  });
  const auto at_once = playing.current();
  EXPECT_TRUE(at_once == nullptr || at_once->sessions.at(0).id == "2");
  told.wait();

  EXPECT_EQ(playing.current()->sessions.at(0).id, "2");
}

TEST_F(NowPlayingTest, AWatcherSoonAfterAPollGetsItsReport) {
  NowPlaying playing(active_sources_, {.fresh_for = absl::Hours(1)}, {clock_, logger_});
  playing.Poll();

  const auto guard = playing.Watch([] {});

  EXPECT_NE(playing.current(), nullptr);
}

TEST_F(NowPlayingTest, StopsPollingWithTheLastWatcher) {
  NowPlaying playing(active_sources_, {.poll_every = absl::Milliseconds(1)}, {clock_, logger_});
  auto guard = playing.Watch([] {});
  while (source_.polls < 3) std::this_thread::yield();

  guard.reset();
  // One poll may be in progress; no further one may begin after it.
  int before = 0;
  do {
    before = source_.polls;
    std::this_thread::yield();
  } while (source_.polls != before);
  const int settled = source_.polls + 1;
  for (int i = 0; i < 1000; ++i) std::this_thread::yield();

  EXPECT_LE(source_.polls, settled);
}

TEST_F(NowPlayingTest, AFailingSourceHasNoSessionsAndIsLoggedOnce) {
  NowPlaying playing(active_sources_, {}, {clock_, logger_});
  source_.fails = true;
  playing.Poll();
  playing.Poll();
  EXPECT_EQ(logger_.Count("cannot read the playback sessions"), 1U);
  EXPECT_TRUE(playing.current()->sessions.empty());

  source_.fails = false;
  playing.Poll();

  EXPECT_EQ(logger_.Count("can be read again"), 1U);
  EXPECT_EQ(playing.current()->sessions.size(), 1U);
}

TEST_F(NowPlayingTest, DoesNotPollSourcesWithoutSessions) {
  const auto mute = std::make_shared<PlayingSource>(false);
  active_sources_.Replace({mute});
  NowPlaying playing(active_sources_, {}, {clock_, logger_});

  playing.Poll();

  EXPECT_EQ(mute->polls, 0);
}

}  // namespace
}  // namespace marquee::playlist
