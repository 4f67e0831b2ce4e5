// Conformance suite of Source, over real HTTP.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "libs/httpc/curl_http_client.h"
#include "libs/obs/metrics.h"
#include "services/playlist/sources/source_conformance.h"
#include "services/playlist/sources/tmdb/tmdb_source.h"
#include "tests/support/fake_tmdb.h"

namespace marquee::playlist {
namespace {

class TmdbHarness final : public SourceHarness {
 public:
  TmdbHarness() {
    server_->AddTitles("/movie/popular", "Film", 25);
    server_->AddTitles("/tv/popular", "Show", 3);
    source_ = *TmdbSource::Create({.name = "TMDB", .url = server_->url(), .key = secret()},
                                  {clock_, *http_, [] { return uint64_t{7}; }});
  }

  Source& source() override { return *source_; }
  testing::FakeClock& clock() override { return clock_; }
  void TakeAway() override { server_.reset(); }
  std::string missing_path() const override { return "/t/p/w500/missing.jpg"; }
  std::string secret() const override { return std::string(testing::FakeTmdb::kKey); }

 private:
  testing::FakeClock clock_;
  obs::Metrics metrics_;
  std::unique_ptr<testing::FakeTmdb> server_ = std::make_unique<testing::FakeTmdb>();
  std::unique_ptr<httpc::CurlHttpClient> http_ =
      *httpc::CurlHttpClient::Create({}, {clock_, metrics_});
  std::unique_ptr<TmdbSource> source_;
};

std::unique_ptr<SourceHarness> MakeTmdbHarness() { return std::make_unique<TmdbHarness>(); }

INSTANTIATE_TEST_SUITE_P(Tmdb, SourceConformance, ::testing::Values(&MakeTmdbHarness));

}  // namespace
}  // namespace marquee::playlist
