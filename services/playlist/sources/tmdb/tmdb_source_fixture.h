// A TmdbSource with a scripted server over real HTTP.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/clock.h"
#include "libs/httpc/curl_http_client.h"
#include "libs/obs/metrics.h"
#include "services/playlist/sources/tmdb/tmdb_source.h"
#include "tests/support/fake_tmdb.h"

namespace marquee::playlist {

class TmdbSourceFixture : public ::testing::Test {
 protected:
  TmdbSource::Options Options() const {
    return {.name = "TMDB", .url = server_.url(), .key = std::string(testing::FakeTmdb::kKey)};
  }
  std::unique_ptr<TmdbSource> Make(TmdbSource::Options options) {
    return *TmdbSource::Create(std::move(options), {clock_, *http_, [this] { return seed_; }});
  }
  base::CallContext Soon() const {
    return {.deadline = clock_.Now() + absl::Seconds(30), .stop = {}};
  }
  std::vector<ItemPtr> Read(Source& source) {
    auto yield = source.Fetch(Soon());
    EXPECT_TRUE(yield.ok()) << yield.status();
    return yield.ok() ? yield->items : std::vector<ItemPtr>();
  }

  base::SystemClock clock_;
  obs::Metrics metrics_;
  testing::FakeTmdb server_;
  std::unique_ptr<httpc::CurlHttpClient> http_ =
      *httpc::CurlHttpClient::Create({}, {clock_, metrics_});
  uint64_t seed_ = 1;
};

}  // namespace marquee::playlist
