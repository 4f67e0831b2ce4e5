#include "services/playlist/refresh/refresh_ticker.h"

#include <gtest/gtest.h>

#include <latch>

#include "libs/base/executor.h"
#include "services/playlist/refresh/refresher_fixture.h"

namespace marquee::playlist {
namespace {

TEST(RefreshTickerTest, StartsRoundsWhenDue) {
  base::SystemClock clock;
  testing::CapturingLogger logger;
  obs::Metrics metrics;
  CurrentPlaylists current_playlists;
  std::latch three_rounds(3);
  ScriptedSource source("A");
  source.on_fetch = [&] {
    if (source.fetches <= 3) three_rounds.count_down();
  };
  base::BoundedExecutor executor({.name = "fetch", .threads = 1, .max_queued = 4});
  Refresher refresher(SourceSlotsOf({&source}), {.refresh_every = absl::Milliseconds(2)},
                      {clock, executor, logger, metrics, current_playlists, nullptr});
  const RefreshTicker ticker(refresher, clock);

  refresher.Start();

  three_rounds.wait();
  refresher.Stop();
  executor.Drain();
}

}  // namespace
}  // namespace marquee::playlist
