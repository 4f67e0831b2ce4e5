// A Plex source and the fake server that it reads.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/clock.h"
#include "libs/httpc/curl_http_client.h"
#include "libs/obs/metrics.h"
#include "services/playlist/sources/plex/plex_source.h"
#include "tests/support/fake_plex.h"

namespace marquee::playlist {

class PlexSourceTest : public ::testing::Test {
 protected:
  PlexSource::Options Options() const {
    return {.name = "Den",
            .url = server_.url(),
            .token = std::string(testing::FakePlex::kToken),
            .movie_libraries = {"Movies"},
            .show_libraries = {"Shows"}};
  }
  std::unique_ptr<PlexSource> Make(PlexSource::Options options) {
    return *PlexSource::Create(std::move(options), {clock_, *http_, [this] { return seed_; }});
  }
  base::CallContext Soon() const {
    return {.deadline = clock_.Now() + absl::Seconds(30), .stop = {}};
  }
  std::vector<ItemPtr> Read(Source& source) {
    auto yield = source.Fetch(Soon());
    EXPECT_TRUE(yield.ok()) << yield.status();
    return yield.ok() ? yield->items : std::vector<ItemPtr>();
  }
  static size_t Count(const std::vector<ItemPtr>& items, std::string_view type) {
    return static_cast<size_t>(
        std::ranges::count_if(items, [&](const ItemPtr& item) { return item->item.type == type; }));
  }

  base::SystemClock clock_;
  obs::Metrics metrics_;
  testing::FakePlex server_;
  std::string movies_ = server_.AddSection("Movies", "movie");
  std::string shows_ = server_.AddSection("Shows", "show");
  std::string music_ = server_.AddSection("Music", "artist");
  std::unique_ptr<httpc::CurlHttpClient> http_ =
      *httpc::CurlHttpClient::Create({}, {clock_, metrics_});
  uint64_t seed_ = 1;
};

}  // namespace marquee::playlist
