// Scripted sources, and a refresher on a clock that the test controls.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libs/testing/capturing_logger.h"
#include "libs/testing/fake_clock.h"
#include "services/playlist/refresh/refresher.h"

namespace marquee::playlist {

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

// Returns the scripted result.
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
      item.poster_url = "/image?" + item.key;
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

// Slots of sources that the test owns.
inline SourceSlots SourceSlotsOf(const std::vector<Source*>& sources) {
  SourceSlots source_slots;
  for (Source* source : sources) {
    source_slots.push_back({std::shared_ptr<Source>(std::shared_ptr<void>(), source)});
  }
  return source_slots;
}

class RefresherFixture : public ::testing::Test {
 protected:
  RefresherFixture() {
    a_.Offer(10);
    b_.Offer(5);
  }

  Refresher& Make(const Refresher::Options& options = {}, SnapshotStore* store = nullptr) {
    refresher_ = std::make_unique<Refresher>(
        SourceSlotsOf({&a_, &b_}), options,
        Refresher::Deps{clock_, executor_, logger_, metrics_, current_playlists_, store});
    return *refresher_;
  }
  Refresher& Started(const Refresher::Options& options = {}) {
    Make(options).Start();
    executor_.RunAll();
    return *refresher_;
  }
  // Runs a round over all sources.
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
    const auto snapshot = current_playlists_.current();
    if (snapshot == nullptr) return 0;
    return static_cast<size_t>(std::ranges::count_if(
        snapshot->items, [&](const auto& item) { return item->item.server_name == source; }));
  }

  testing::FakeClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  CurrentPlaylists current_playlists_;
  ManualExecutor executor_;
  ScriptedSource a_{"A"};
  ScriptedSource b_{"B"};
  std::unique_ptr<Refresher> refresher_;
};

}  // namespace marquee::playlist
