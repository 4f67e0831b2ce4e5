#include "services/playlist/refresh/refresher.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <latch>
#include <set>

#include "libs/base/strings.h"
#include "libs/files/real_file_system.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/temp_dir.h"
#include "services/playlist/refresh/refresh_ticker.h"

namespace marquee::playlist {
namespace {

using ::testing::HasSubstr;

// Keeps tasks until the test runs them.
class ManualExecutor final : public base::Executor {
 public:
  absl::Status Submit(std::function<void()> work) override {
    tasks.push_back(std::move(work));
    return absl::OkStatus();
  }
  void RunOne() {
    auto task = std::move(tasks.front());
    tasks.pop_front();
    task();
  }
  void RunAll() {
    while (!tasks.empty()) RunOne();
  }

  std::deque<std::function<void()>> tasks;
};

// Answers what it was told to.
class ScriptedSource final : public Source {
 public:
  explicit ScriptedSource(std::string name) : name_(std::move(name)) {}

  std::string_view name() const override { return name_; }
  std::string_view type() const override { return "local"; }
  absl::StatusOr<SourceYield> Fetch(const base::CallContext& context) override {
    ++fetches;
    last_context = context;
    if (on_fetch) on_fetch();
    return answer;
  }
  void Forget() override { ++forgotten; }
  ArtworkOrigin& artwork() override { std::abort(); }

  void Offer(int count, const std::string& type = "movie") {
    SourceYield yield;
    for (int i = 0; i < count; ++i) {
      Item item;
      item.key = item.id = fmt::format("{}-{}", name_, i);
      item.source = "local";
      item.server_name = name_;
      item.type = type;
      item.title = fmt::format("Title {}", i);
      item.poster_url = "/image?x";
      yield.items.push_back(MakePlaylistItem(std::move(item)));
    }
    yield.found = yield.items.size();
    answer = std::move(yield);
  }
  void Fail() { answer = absl::UnavailableError(fmt::format("local \"{}\": gone", name_)); }

  absl::StatusOr<SourceYield> answer = SourceYield{};
  std::atomic<int> fetches = 0;
  int forgotten = 0;
  base::CallContext last_context;
  std::function<void()> on_fetch;

 private:
  const std::string name_;
};

class RefresherTest : public ::testing::Test {
 protected:
  RefresherTest() {
    a_.Offer(10);
    b_.Offer(5);
  }

  Refresher& Make(const Refresher::Options& options = {}, SnapshotStore* store = nullptr) {
    refresher_ = std::make_unique<Refresher>(
        std::vector<Source*>{&a_, &b_}, options,
        Refresher::Deps{clock_, executor_, logger_, metrics_, board_, store});
    return *refresher_;
  }
  Refresher& Started(const Refresher::Options& options = {}) {
    Make(options).Start();
    executor_.RunAll();
    return *refresher_;
  }
  // A round over all sources.
  RefreshReport Round() {
    RefreshReport report;
    refresher_->Refresh({}, [&](const auto& done) {
      EXPECT_TRUE(done.ok());
      report = *done;
    });
    executor_.RunAll();
    return report;
  }
  size_t Count(std::string_view source) const {
    const auto snapshot = board_.current();
    if (snapshot == nullptr) return 0;
    return static_cast<size_t>(std::ranges::count_if(
        snapshot->items, [&](const auto& item) { return item->item.server_name == source; }));
  }

  testing::FakeClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  PlaylistBoard board_;
  ManualExecutor executor_;
  ScriptedSource a_{"A"};
  ScriptedSource b_{"B"};
  std::unique_ptr<Refresher> refresher_;
};

TEST_F(RefresherTest, PublishesWhatAllSourcesAnswer) {
  Started();

  ASSERT_NE(board_.current(), nullptr);
  EXPECT_EQ(Count("A"), 10U);
  EXPECT_EQ(Count("B"), 5U);
  EXPECT_FALSE(refresher_->refreshing());
  refresher_->UpdateGauges();
  EXPECT_THAT(metrics_.Render(), HasSubstr("marquee_playlist_items{source=\"A\"} 10"));
  EXPECT_THAT(metrics_.Render(), HasSubstr("marquee_source_up{source=\"B\"} 1"));
}

TEST_F(RefresherTest, AsksAllSourcesAtOnceWithTheBudgetAsDeadline) {
  Make().Start();

  EXPECT_EQ(executor_.tasks.size(), 2U);
  executor_.RunAll();
  EXPECT_EQ(a_.last_context.deadline, clock_.Now() + absl::Seconds(10));
}

TEST_F(RefresherTest, ALateSourceCostsNobodyMoreThanTheBudget) {
  Make().Start();
  executor_.RunOne();  // A answers; B hangs
  EXPECT_EQ(board_.current(), nullptr);
  EXPECT_EQ(refresher_->NextTick(), clock_.Monotonic() + absl::Milliseconds(200));

  clock_.Advance(absl::Milliseconds(200));
  refresher_->Tick();
  EXPECT_EQ(Count("A"), 10U) << "A is not kept waiting for B";
  EXPECT_TRUE(refresher_->refreshing());
  EXPECT_EQ(refresher_->NextTick(), clock_.Monotonic() + absl::Milliseconds(9'800));
  clock_.Advance(absl::Milliseconds(9'800));
  refresher_->Tick();

  EXPECT_EQ(Count("A"), 10U);
  EXPECT_EQ(Count("B"), 0U);
  const auto states = refresher_->source_states();
  EXPECT_TRUE(states[0].up);
  EXPECT_FALSE(states[1].up);
  EXPECT_THAT(states[1].last_error, HasSubstr("no answer within 10s"));
  EXPECT_EQ(logger_.Count("slow refresh"), 1U);
}

TEST_F(RefresherTest, ASlowSourceIsPublishedWhenItComes) {
  Make().Start();
  int answered = 0;
  refresher_->Refresh({}, [&](const auto&) { ++answered; });
  executor_.RunOne();
  clock_.Advance(absl::Milliseconds(200));
  refresher_->Tick();
  EXPECT_EQ(Count("A") + Count("B"), 10U);
  EXPECT_EQ(answered, 0);

  executor_.RunOne();

  EXPECT_EQ(Count("A") + Count("B"), 15U);
  EXPECT_EQ(answered, 1) << "whoever waits, waits for the whole round";
  EXPECT_FALSE(refresher_->refreshing());
}

TEST_F(RefresherTest, ASourceThatIsStillBusyIsNotAskedTwice) {
  Make().Start();
  executor_.RunOne();
  clock_.Advance(absl::Seconds(10));
  refresher_->Tick();  // B is late, its fetch still sits in the executor

  refresher_->Refresh({}, [](const auto&) {});

  EXPECT_EQ(executor_.tasks.size(), 2U) << "B's old fetch and A's new one";
  executor_.RunAll();
  EXPECT_EQ(b_.fetches, 1);
  EXPECT_THAT(refresher_->source_states()[1].last_error, HasSubstr("still busy"));
  Round();
  EXPECT_EQ(Count("B"), 5U);
}

TEST_F(RefresherTest, TheTokenOfALateFetchIsStopped) {
  Make().Start();
  bool stopped_in_time = true;
  b_.on_fetch = [&] { stopped_in_time = b_.last_context.stop.stop_requested(); };
  executor_.RunOne();
  clock_.Advance(absl::Seconds(10));

  refresher_->Tick();
  executor_.RunOne();

  EXPECT_TRUE(stopped_in_time);
}

TEST_F(RefresherTest, AFailingSourceKeepsItsItemsAndSaysSoOnceEachWay) {
  Started();
  b_.Fail();

  clock_.Advance(absl::Minutes(1));
  Round();
  Round();

  EXPECT_EQ(Count("B"), 5U);
  const SourceState state = refresher_->source_states()[1];
  EXPECT_TRUE(state.stale());
  EXPECT_EQ(state.last_error, "local \"B\": gone");
  EXPECT_EQ(clock_.Now() - state.last_success, absl::Minutes(1));
  EXPECT_EQ(logger_.Count("source failed"), 1U);
  refresher_->UpdateGauges();
  EXPECT_THAT(metrics_.Render(), HasSubstr("marquee_source_up{source=\"B\"} 0"));
  EXPECT_THAT(metrics_.Render(), HasSubstr("marquee_source_age_seconds{source=\"B\"} 60"));

  b_.Offer(6);
  Round();

  EXPECT_EQ(Count("B"), 6U);
  EXPECT_EQ(logger_.Count("source is back"), 1U);
}

TEST_F(RefresherTest, AnEmptyAnswerNeverReplacesWhatWasThere) {
  Started();
  a_.Offer(0);
  b_.Offer(0);

  const RefreshReport report = Round();

  EXPECT_EQ(report.snapshot->items.size(), 15U);
  EXPECT_THAT(report.sources[0].last_error, HasSubstr("without a single item"));
  EXPECT_THAT(metrics_.Render(),
              HasSubstr("marquee_playlist_refresh_warnings_total{kind=\"empty\"} 2"));
}

TEST_F(RefresherTest, ASourceThatShrinksIsHeldBackUntilASecondLookConfirmsIt) {
  a_.Offer(100);
  Started();
  a_.Offer(49);

  Round();

  EXPECT_EQ(Count("A"), 100U);
  const SourceState held = refresher_->source_states()[0];
  EXPECT_TRUE(held.stale());
  EXPECT_THAT(held.last_error, HasSubstr("only 49 titles where it had 100"));
  EXPECT_THAT(metrics_.Render(),
              HasSubstr("marquee_playlist_refresh_warnings_total{kind=\"shrunk\"} 1"));
  EXPECT_EQ(refresher_->NextTick(), clock_.Monotonic() + absl::Seconds(30));

  const int forgotten = a_.forgotten;
  clock_.Advance(absl::Seconds(30));
  refresher_->Tick();
  executor_.RunAll();

  EXPECT_EQ(a_.forgotten, forgotten + 1) << "the second look is at everything";
  EXPECT_EQ(Count("A"), 49U);
  EXPECT_TRUE(refresher_->source_states()[0].up);
}

TEST_F(RefresherTest, ASourceThatIsWholeAgainAtTheSecondLookLosesNothing) {
  a_.Offer(100);
  Started();
  a_.Offer(10);
  Round();
  a_.Offer(100);
  Round();

  EXPECT_EQ(Count("A"), 100U);
  a_.Offer(10);
  Round();
  EXPECT_EQ(Count("A"), 100U) << "and is doubted anew the next time";
}

TEST_F(RefresherTest, ASmallLibraryMayComeAndGo) {
  Started();
  a_.Offer(1);

  Round();

  EXPECT_EQ(Count("A"), 1U);
}

TEST_F(RefresherTest, EverySourceIsReadAsAWholeFromTimeToTime) {
  Started({.full_every = absl::Hours(6)});
  EXPECT_EQ(a_.forgotten, 1) << "the first time";

  for (int hour = 0; hour < 12; ++hour) {
    clock_.Advance(absl::Hours(1));
    Round();
  }

  EXPECT_EQ(a_.forgotten, 3);
}

TEST_F(RefresherTest, WhoeverAsksForAllGetsARoundThatReadsAll) {
  Started();
  refresher_->Refresh({}, [](const auto&) {});
  bool answered = false;

  refresher_->Refresh({}, [&](const auto&) { answered = true; }, true);
  executor_.RunAll();

  EXPECT_TRUE(answered);
  EXPECT_EQ(a_.fetches, 3) << "the round under way was not one";
  EXPECT_EQ(a_.forgotten, 2);
}

TEST_F(RefresherTest, MusicAndGamesArePlaylistsOfTheirOwn) {
  a_.Offer(3, "music");
  b_.Offer(4, "game");
  Started();

  EXPECT_EQ(board_.current()->items.size(), 0U);
  EXPECT_EQ(board_.current(PlaylistKind::kMusic)->items.size(), 3U);
  EXPECT_EQ(board_.current(PlaylistKind::kGames)->items.size(), 4U);
  EXPECT_EQ(refresher_->source_states()[0].items, 3U);
  const auto music = board_.current(PlaylistKind::kMusic);
  b_.Offer(5, "game");
  Round();
  EXPECT_EQ(board_.current(PlaylistKind::kMusic), music) << "it has not changed";
  EXPECT_EQ(board_.current(PlaylistKind::kGames)->items.size(), 5U);
}

TEST_F(RefresherTest, AWeightIsALargerShareWhenTheCapBites) {
  a_.Offer(100);
  b_.Offer(100);
  Started({.publish = {.limits = {.max_items = 40}, .weights = {3, 1}}});

  EXPECT_EQ(Count("A"), 30U);
  EXPECT_EQ(Count("B"), 10U);
}

TEST_F(RefresherTest, NothingIsPublishedWhileNobodyHasAnswered) {
  a_.Fail();
  b_.Fail();

  Started();

  EXPECT_EQ(board_.current(), nullptr);
}

TEST_F(RefresherTest, AnEmptyFolderIsAnEmptyPlaylistNotAFailure) {
  a_.Offer(0);
  b_.Fail();

  Started();

  ASSERT_NE(board_.current(), nullptr);
  EXPECT_TRUE(board_.current()->items.empty());
}

TEST_F(RefresherTest, WithoutSourcesThereIsAnEmptyPlaylistAtOnce) {
  Refresher none({}, {}, {clock_, executor_, logger_, metrics_, board_, nullptr});

  none.Start();

  ASSERT_NE(board_.current(), nullptr);
  EXPECT_TRUE(board_.current()->items.empty());
}

TEST_F(RefresherTest, FiftyOverlappingCallersMakeOneRound) {
  Started();
  int answered = 0;

  for (int i = 0; i < 50; ++i)
    refresher_->Refresh({}, [&](const auto& done) { answered += done.ok(); });
  executor_.RunAll();

  EXPECT_EQ(answered, 50);
  EXPECT_EQ(a_.fetches, 2) << "one at the start, one for all callers";
}

TEST_F(RefresherTest, TooManyWaitingCallersAreTurnedAway) {
  Started({.max_waiting = 2});
  std::vector<absl::StatusCode> codes;

  for (int i = 0; i < 3; ++i) {
    refresher_->Refresh({}, [&](const auto& done) { codes.push_back(done.status().code()); });
  }

  EXPECT_EQ(codes, std::vector{absl::StatusCode::kResourceExhausted});
}

TEST_F(RefresherTest, ACallerWhoWantsMoreThanTheRoundAsksWaitsForTheNext) {
  Started();
  refresher_->Refresh({"A"}, [](const auto&) {});
  size_t asked = 0;

  refresher_->Refresh({}, [&](const auto& done) { asked = done->sources.size(); });
  executor_.RunAll();

  EXPECT_EQ(asked, 2U);
  EXPECT_EQ(a_.fetches, 3);
  EXPECT_EQ(b_.fetches, 2);
}

TEST_F(RefresherTest, AnUnknownSourceIsNamed) {
  Started();
  absl::Status status;

  refresher_->Refresh({"a"}, [&](const auto& done) { status = done.status(); });

  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(base::MessageOf(status)), HasSubstr("did you mean \"A\""));
}

TEST_F(RefresherTest, AChangeDuringARoundIsLookedAtAfterIt) {
  Started();
  b_.on_fetch = [this, once = true]() mutable {
    if (std::exchange(once, false)) refresher_->SourceChanged("B");
  };

  Round();

  EXPECT_EQ(b_.fetches, 3);
  EXPECT_EQ(a_.fetches, 2) << "only the source that changed is asked again";
}

TEST_F(RefresherTest, AnUnchangedPlaylistIsNotPublishedAgain) {
  Started();
  const auto before = board_.current();

  Round();

  EXPECT_EQ(board_.current(), before);
}

TEST_F(RefresherTest, AChangedPlaylistHasAHigherVersionAndSharesWhatStayed) {
  Started();
  const auto before = board_.current();
  a_.Offer(11);

  Round();

  const auto after = board_.current();
  EXPECT_GT(after->version, before->version);
  EXPECT_NE(after->content_hash, before->content_hash);
  EXPECT_EQ(after->Find("A-3"), before->Find("A-3"));
  EXPECT_EQ(board_.Find(before->version), before) << "the one before is kept for readers of pages";
}

TEST_F(RefresherTest, TheOrderChangesOnceADay) {
  Started();
  const auto before = board_.current();

  clock_.Advance(absl::Hours(24));
  Round();

  const auto after = board_.current();
  EXPECT_NE(after->content_hash, before->content_hash);
  EXPECT_EQ(after->items.size(), before->items.size());
}

TEST_F(RefresherTest, ARoundIsDueAnHourAfterTheLast) {
  Started();
  EXPECT_EQ(refresher_->NextTick(), clock_.Monotonic() + absl::Minutes(60));
  clock_.Advance(absl::Minutes(59));
  refresher_->Tick();
  EXPECT_EQ(executor_.tasks.size(), 0U);

  clock_.Advance(absl::Minutes(1));
  refresher_->Tick();

  EXPECT_EQ(executor_.tasks.size(), 2U);
}

TEST_F(RefresherTest, AFailedSourceIsAskedAgainSoonerAndEverLater) {
  b_.Fail();
  Started();
  std::vector<absl::Duration> waits;

  for (int i = 0; i < 7; ++i) {
    waits.push_back(refresher_->NextTick() - clock_.Monotonic());
    clock_.Advance(waits.back());
    refresher_->Tick();
    executor_.RunAll();
  }

  EXPECT_EQ(waits, (std::vector{absl::Seconds(30), absl::Seconds(60), absl::Seconds(120),
                                absl::Seconds(240), absl::Seconds(480), absl::Seconds(600),
                                absl::Seconds(600)}));
  EXPECT_EQ(a_.fetches, 1) << "only the one that failed";
}

TEST_F(RefresherTest, CapsAreToldOfInLogAndMetrics) {
  Started({.publish = {.limits = {.max_items = 6}}});

  EXPECT_EQ(board_.current()->items.size(), 6U);
  EXPECT_EQ(Count("B"), 3U);
  EXPECT_EQ(logger_.Count("the playlist is capped"), 1U);
  EXPECT_THAT(metrics_.Render(),
              HasSubstr("marquee_playlist_refresh_warnings_total{kind=\"items_cap\"} 1"));
}

TEST_F(RefresherTest, StopTellsThoseWhoWait) {
  Started();
  absl::Status status;
  refresher_->Refresh({}, [&](const auto& done) { status = done.status(); });

  refresher_->Stop();

  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  executor_.RunAll();
  EXPECT_TRUE(a_.last_context.stop.stop_requested());
  refresher_->Refresh({}, [&](const auto& done) { status = done.status(); });
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
}

TEST_F(RefresherTest, AnAnswerThatWasInterruptedByStopChangesNothing) {
  Started();
  const auto before = refresher_->source_states()[0];
  refresher_->Refresh({}, [](const auto&) {});
  refresher_->Stop();
  a_.answer = absl::CancelledError("the caller has gone");

  executor_.RunAll();

  EXPECT_EQ(refresher_->source_states()[0].last_error, before.last_error);
  EXPECT_EQ(logger_.Count("source failed"), 0U);
}

class StoredRefresherTest : public RefresherTest {
 protected:
  StoredRefresherTest() { EXPECT_TRUE(store_.Prepare().ok()); }

  testing::TempDir dir_;
  files::RealFileSystem files_;
  SnapshotStore store_{files_, dir_ / "playlist", logger_};
};

TEST_F(StoredRefresherTest, AStoredPlaylistIsServedBeforeAnySourceAnswers) {
  Make({}, &store_).Start();
  executor_.RunAll();
  const auto before = board_.current();
  PlaylistBoard fresh;
  Refresher again({&a_, &b_}, {}, {clock_, executor_, logger_, metrics_, fresh, &store_});

  again.Restore();

  ASSERT_NE(fresh.current(), nullptr);
  EXPECT_EQ(fresh.current()->content_hash, before->content_hash);
  EXPECT_EQ(fresh.current()->items.size(), 15U);
  EXPECT_EQ(again.source_states()[0].items, 10U);
  EXPECT_FALSE(again.source_states()[0].up);

  again.Start();
  executor_.RunAll();

  EXPECT_EQ(fresh.current()->version, before->version) << "unchanged, so not published again";
}

TEST_F(StoredRefresherTest, AfterARestartVersionsGoOnUpwards) {
  Make({}, &store_).Start();
  executor_.RunAll();
  const auto before = board_.current()->version;
  PlaylistBoard fresh;
  Refresher again({&a_, &b_}, {}, {clock_, executor_, logger_, metrics_, fresh, &store_});
  again.Restore();
  a_.Offer(3);

  again.Start();
  executor_.RunAll();

  EXPECT_GT(fresh.current()->version, before);
}

TEST_F(StoredRefresherTest, ItemsOfASourceThatIsGoneAreNotRestored) {
  Make({}, &store_).Start();
  executor_.RunAll();
  PlaylistBoard fresh;
  Refresher again({&b_}, {}, {clock_, executor_, logger_, metrics_, fresh, &store_});

  again.Restore();

  ASSERT_NE(fresh.current(), nullptr);
  EXPECT_EQ(fresh.current()->items.size(), 5U);
  EXPECT_GT(fresh.current()->version, board_.current()->version);
}

TEST_F(StoredRefresherTest, ARestoredSourceThatFailsKeepsItsStoredItems) {
  Make({}, &store_).Start();
  executor_.RunAll();
  PlaylistBoard fresh;
  Refresher again({&a_, &b_}, {}, {clock_, executor_, logger_, metrics_, fresh, &store_});
  again.Restore();
  a_.Fail();

  again.Start();
  executor_.RunAll();

  EXPECT_EQ(fresh.current()->items.size(), 15U);
}

TEST(RefreshTickerTest, BeginsRoundsByItself) {
  base::SystemClock clock;
  testing::CapturingLogger logger;
  obs::Metrics metrics;
  PlaylistBoard board;
  std::latch three_rounds(3);
  ScriptedSource source("A");
  source.on_fetch = [&] {
    if (source.fetches <= 3) three_rounds.count_down();
  };
  base::BoundedExecutor executor({.name = "fetch", .threads = 1, .max_queued = 4});
  Refresher refresher({&source}, {.refresh_every = absl::Milliseconds(2)},
                      {clock, executor, logger, metrics, board, nullptr});
  const RefreshTicker ticker(refresher, clock);

  refresher.Start();

  three_rounds.wait();
  refresher.Stop();
  executor.Drain();
}

}  // namespace
}  // namespace marquee::playlist
