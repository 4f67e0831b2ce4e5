// A JellyfinSource with a scripted server over real HTTP.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "libs/base/clock.h"
#include "libs/base/strings.h"
#include "libs/httpc/curl_http_client.h"
#include "libs/obs/metrics.h"
#include "services/playlist/sources/jellyfin/jellyfin_source.h"
#include "tests/support/fake_jellyfin.h"

namespace marquee::playlist {

class JellyfinSourceFixture : public ::testing::Test {
 protected:
  JellyfinSource::Options Options() const {
    return {.name = "Living Room",
            .url = server_.url(),
            .token = std::string(testing::FakeJellyfin::kToken),
            .movie_libraries = {"Movies"},
            .show_libraries = {"Shows"}};
  }

  std::unique_ptr<JellyfinSource> Make(JellyfinSource::Options options) {
    return *JellyfinSource::Create(std::move(options), {clock_, *http_, [this] { return seed_; }});
  }
  std::unique_ptr<JellyfinSource> Make() { return Make(Options()); }

  base::CallContext Within(absl::Duration time) const {
    return {.deadline = clock_.Now() + time, .stop = {}};
  }

  absl::StatusOr<SourceYield> Fetch(Source& source) {
    return source.Fetch(Within(absl::Seconds(30)));
  }

  // The error of a fetch, checked for secrets.
  std::string ErrorOf(Source& source, absl::StatusCode code) {
    const auto status = Fetch(source).status();
    EXPECT_EQ(status.code(), code) << status;
    std::string message(base::MessageOf(status));
    EXPECT_THAT(message, ::testing::HasSubstr("jellyfin \"Living Room\""));
    EXPECT_THAT(message,
                ::testing::Not(::testing::HasSubstr(std::string(testing::FakeJellyfin::kToken))));
    return message;
  }

  base::SystemClock clock_;
  obs::Metrics metrics_;
  testing::FakeJellyfin server_;
  std::string movies_ = server_.AddLibrary("Movies", "movies");
  std::string shows_ = server_.AddLibrary("Shows", "tvshows");
  std::unique_ptr<httpc::CurlHttpClient> http_ =
      *httpc::CurlHttpClient::Create({}, {clock_, metrics_});
  uint64_t seed_ = 1;
};

}  // namespace marquee::playlist
