// Conformance suite of Source, over real HTTP.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "libs/httpc/curl_http_client.h"
#include "libs/obs/metrics.h"
#include "services/playlist/sources/plex/plex_source.h"
#include "services/playlist/sources/source_conformance.h"
#include "tests/support/fake_plex.h"

namespace marquee::playlist {
namespace {

class PlexHarness final : public SourceHarness {
 public:
  PlexHarness() {
    server_->AddTitles(server_->AddSection("Movies", "movie"), "Film", 5);
    server_->AddTitles(server_->AddSection("Shows", "show"), "Show", 3);
    server_->AddTitles(server_->AddSection("Music", "artist"), "Album", 2);
    source_ = *PlexSource::Create({.name = "Den",
                                   .url = server_->url(),
                                   .token = secret(),
                                   .movie_libraries = {"Movies"},
                                   .show_libraries = {"Shows"},
                                   .music_libraries = {"Music"}},
                                  {clock_, *http_, [] { return uint64_t{7}; }});
  }

  Source& source() override { return *source_; }
  testing::FakeClock& clock() override { return clock_; }
  void TakeAway() override { server_.reset(); }
  std::string missing_path() const override { return "/library/metadata/99/thumb/0"; }
  std::string secret() const override { return std::string(testing::FakePlex::kToken); }

 private:
  testing::FakeClock clock_;
  obs::Metrics metrics_;
  std::unique_ptr<testing::FakePlex> server_ = std::make_unique<testing::FakePlex>();
  std::unique_ptr<httpc::CurlHttpClient> http_ =
      *httpc::CurlHttpClient::Create({}, {clock_, metrics_});
  std::unique_ptr<PlexSource> source_;
};

std::unique_ptr<SourceHarness> MakePlexHarness() { return std::make_unique<PlexHarness>(); }

INSTANTIATE_TEST_SUITE_P(Plex, SourceConformance, ::testing::Values(&MakePlexHarness));

}  // namespace
}  // namespace marquee::playlist
