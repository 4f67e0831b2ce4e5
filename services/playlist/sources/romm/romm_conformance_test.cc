// Conformance suite of Source, over real HTTP.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "libs/httpc/curl_http_client.h"
#include "libs/obs/metrics.h"
#include "services/playlist/sources/romm/romm_source.h"
#include "services/playlist/sources/source_conformance.h"
#include "tests/support/fake_romm.h"

namespace marquee::playlist {
namespace {

class RommHarness final : public SourceHarness {
 public:
  RommHarness() {
    server_->AddPlatform("snes", "Super Nintendo");
    server_->AddGames("snes", "Game", 5);
    source_ = *RommSource::Create({.name = "Arcade",
                                   .url = server_->url(),
                                   .username = std::string(testing::FakeRomm::kUser),
                                   .password = secret(),
                                   .platforms = {"snes"}},
                                  {clock_, *http_, [] { return uint64_t{7}; }});
  }

  Source& source() override { return *source_; }
  testing::FakeClock& clock() override { return clock_; }
  void TakeAway() override { server_.reset(); }
  std::string missing_path() const override { return "/assets/romm/resources/missing.png"; }
  std::string secret() const override { return std::string(testing::FakeRomm::kPassword); }

 private:
  testing::FakeClock clock_;
  obs::Metrics metrics_;
  std::unique_ptr<testing::FakeRomm> server_ = std::make_unique<testing::FakeRomm>();
  std::unique_ptr<httpc::CurlHttpClient> http_ =
      *httpc::CurlHttpClient::Create({}, {clock_, metrics_});
  std::unique_ptr<RommSource> source_;
};

std::unique_ptr<SourceHarness> MakeRommHarness() { return std::make_unique<RommHarness>(); }

INSTANTIATE_TEST_SUITE_P(Romm, SourceConformance, ::testing::Values(&MakeRommHarness));

}  // namespace
}  // namespace marquee::playlist
