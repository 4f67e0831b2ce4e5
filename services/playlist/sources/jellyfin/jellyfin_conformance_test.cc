// Conformance suite of Source, over real HTTP.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "libs/httpc/curl_http_client.h"
#include "libs/obs/metrics.h"
#include "services/playlist/sources/jellyfin/jellyfin_source.h"
#include "services/playlist/sources/source_conformance.h"
#include "tests/support/fake_jellyfin.h"

namespace marquee::playlist {
namespace {

class JellyfinHarness final : public SourceHarness {
 public:
  JellyfinHarness() {
    server_->AddTitles(server_->AddLibrary("Movies", "movies"), "Movie", "Film", 5);
    server_->AddTitles(server_->AddLibrary("Shows", "tvshows"), "Series", "Show", 3);
    source_ = *JellyfinSource::Create({.name = "Living Room",
                                       .url = server_->url(),
                                       .token = secret(),
                                       .movie_libraries = {"Movies"},
                                       .show_libraries = {"Shows"}},
                                      {clock_, *http_, [] { return uint64_t{7}; }});
  }

  Source& source() override { return *source_; }
  testing::FakeClock& clock() override { return clock_; }
  void TakeAway() override { server_.reset(); }
  std::string missing_path() const override {
    return "/Items/ffffffffffffffffffffffffffffffff/Images/Primary?tag=0";
  }
  std::string secret() const override { return std::string(testing::FakeJellyfin::kToken); }

 private:
  testing::FakeClock clock_;
  obs::Metrics metrics_;
  std::unique_ptr<testing::FakeJellyfin> server_ = std::make_unique<testing::FakeJellyfin>();
  std::unique_ptr<httpc::CurlHttpClient> http_ =
      *httpc::CurlHttpClient::Create({}, {clock_, metrics_});
  std::unique_ptr<JellyfinSource> source_;
};

std::unique_ptr<SourceHarness> MakeJellyfinHarness() { return std::make_unique<JellyfinHarness>(); }

INSTANTIATE_TEST_SUITE_P(Jellyfin, SourceConformance, ::testing::Values(&MakeJellyfinHarness));

}  // namespace
}  // namespace marquee::playlist
