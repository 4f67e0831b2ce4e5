#include "services/playlist/sources/romm/romm_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "libs/base/strings.h"
#include "libs/httpc/curl_http_client.h"
#include "libs/obs/metrics.h"
#include "libs/testing/fake_clock.h"
#include "services/playlist/sources/collecting_sink.h"
#include "services/playlist/sources/romm/romm_artwork.h"
#include "tests/support/fake_romm.h"

namespace marquee::playlist {
namespace {

using ::marquee::testing::FakeRomm;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class RommSourceTest : public ::testing::Test {
 protected:
  RommSourceTest() {
    server_.AddPlatform("snes", "Super Nintendo");
    server_.AddPlatform("gb", "Game Boy");
  }

  RommSource::Options Options() const {
    return {.name = "Arcade",
            .url = server_.url(),
            .username = std::string(FakeRomm::kUser),
            .password = std::string(FakeRomm::kPassword),
            .platforms = {"snes", "gb"}};
  }
  std::unique_ptr<RommSource> Make(RommSource::Options options) {
    return *RommSource::Create(std::move(options), {clock_, *http_, [] { return uint64_t{1}; }});
  }
  std::vector<ItemPtr> Read(Source& source) {
    auto yield = source.Fetch({});
    EXPECT_TRUE(yield.ok()) << yield.status();
    return yield.ok() ? yield->items : std::vector<ItemPtr>();
  }

  testing::FakeClock clock_;
  obs::Metrics metrics_;
  FakeRomm server_;
  std::unique_ptr<httpc::CurlHttpClient> http_ =
      *httpc::CurlHttpClient::Create({}, {clock_, metrics_});
};

TEST_F(RommSourceTest, YieldsTheGamesOfItsPlatformsInPages) {
  server_.AddGames("snes", "Game", 1'200);
  server_.AddGames("gb", "Pocket", 30);
  auto options = Options();
  options.max_games = 5'000;

  EXPECT_EQ(Read(*Make(options)).size(), 1'230U);

  EXPECT_EQ(server_.server().RequestsTo("/api/roms"), 4U);
  EXPECT_EQ(server_.sign_ins(), 1U);
}

TEST_F(RommSourceTest, ReadsOlderReleases) {
  server_.AddGames("snes", "Game", 1'200);
  server_.SetBare(true);
  auto options = Options();
  options.max_games = 5'000;

  EXPECT_EQ(Read(*Make(options)).size(), 1'200U);
}

TEST_F(RommSourceTest, AnUnchangedServerNeedsOneRequest) {
  server_.AddGames("snes", "Game", 30);
  server_.AddGames("gb", "Pocket", 30);
  const auto source = Make(Options());
  const auto first = Read(*source);
  const size_t before = server_.server().requests().size();

  EXPECT_EQ(Read(*source), first);
  EXPECT_EQ(server_.server().requests().size(), before + 1);
}

TEST_F(RommSourceTest, RenewsItsTokenBeforeItExpires) {
  server_.AddGames("snes", "Game", 3);
  const auto source = Make(Options());
  Read(*source);
  clock_.Advance(absl::Minutes(11));  // the token is valid for 15 min

  Read(*source);

  EXPECT_EQ(server_.sign_ins(), 1U);
  EXPECT_EQ(server_.renewals(), 1U);
}

TEST_F(RommSourceTest, SignsInAgainWhenItsTokenIsRejected) {
  server_.AddGames("snes", "Game", 3);
  const auto source = Make(Options());
  Read(*source);
  server_.ForgetTokens();

  EXPECT_EQ(Read(*source).size(), 3U);

  EXPECT_EQ(server_.sign_ins(), 2U);
}

TEST_F(RommSourceTest, ExplainsARejectedPassword) {
  auto options = Options();
  options.password = "planted-but-wrong";

  const auto status = Make(options)->Fetch({}).status();

  EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated);
  EXPECT_THAT(std::string(base::MessageOf(status)), HasSubstr("user name and password"));
  EXPECT_THAT(std::string(base::MessageOf(status)), Not(HasSubstr("planted-but-wrong")));
}

TEST_F(RommSourceTest, AppliesTheThreeFilterSwitches) {
  server_.AddEntry("snes",
                   R"({"id":91,"name":"A","url_cover":"https://x/a.jpg","is_favorite":true})");
  server_.AddEntry("snes",
                   R"({"id":92,"name":"B","url_cover":"https://x/b.jpg","is_unidentified":true})");
  server_.AddEntry("snes", R"({"id":93,"name":"C","url_cover":"https://x/c.jpg","playable":true})");
  const auto titles = [&](auto&& set) {
    auto options = Options();
    set(options);
    std::vector<std::string> names;
    for (const ItemPtr& item : Read(*Make(options))) names.push_back(item->item.title);
    std::ranges::sort(names);
    return names;
  };

  EXPECT_THAT(titles([](auto& options) { options.favourites_only = true; }), ElementsAre("A"));
  EXPECT_THAT(titles([](auto& options) { options.playable_only = true; }), ElementsAre("C"));
  EXPECT_THAT(titles([](auto& options) { options.identified_only = true; }), ElementsAre("A", "C"));
}

TEST_F(RommSourceTest, WarnsAboutAMissingPlatformAndListsTheOthers) {
  auto options = Options();
  options.platforms = {"n64"};

  const auto yield = Make(options)->Fetch({});

  ASSERT_TRUE(yield.ok()) << yield.status();
  EXPECT_THAT(yield->warnings, ElementsAre(HasSubstr("no platform \"n64\"; the server has: snes")));
}

TEST_F(RommSourceTest, ListsPlatformsTheLargestFirst) {
  server_.AddGames("gb", "Pocket", 3);

  const auto source = Make(Options());
  const auto platforms = source->ListLibraries({});
  const auto info = source->Test({});

  ASSERT_TRUE(platforms.ok()) << platforms.status();
  ASSERT_EQ(platforms->size(), 2U);
  EXPECT_EQ(platforms->at(0).key, "gb");
  EXPECT_EQ(platforms->at(0).items, 3);
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_EQ(info->version, "3.10.2");
  EXPECT_EQ(info->found, "2 platforms");
}

TEST_F(RommSourceTest, FetchesACoverBeforeTheFirstRound) {
  CollectingSink sink;

  const auto status =
      Make(Options())->artwork().Open({.path = "/assets/romm/resources/a.png"}, {}, sink);

  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(sink.header.content_type, "image/png");
}

TEST_F(RommSourceTest, PreviewsCountFilteredTitles) {
  server_.AddGames("snes", "Game", 700);
  server_.AddGames("gb", "Pocket", 30);
  const auto source = Make(Options());
  FilterTrial trial{.platforms = {"snes"}};

  EXPECT_EQ(source->Preview(trial, {})->games, 700U);
  trial.platforms.emplace_back("gb");
  trial.filter.genres = ParseGenres("Shooter");
  const auto counts = source->Preview(trial, {});

  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_EQ(counts->games, 0U);
  EXPECT_EQ(counts->unfiltered, 730U);
}

TEST_F(RommSourceTest, AnApiTokenNeedsNoSignIn) {
  server_.AddGames("snes", "Game", 30);
  auto options = Options();
  options.username = options.password = "";
  options.token = "\xEF\xBB\xBF " + std::string(FakeRomm::kApiToken) + "\n";
  const auto source = Make(options);

  EXPECT_EQ(Read(*source).size(), 30U);
  EXPECT_EQ(server_.sign_ins(), 0U);
  EXPECT_EQ(server_.server().RequestsTo("/api/token"), 0U);

  options.token = "rmm_planted-but-wrong";
  const auto status = Make(options)->Fetch({}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated);
  EXPECT_THAT(std::string(base::MessageOf(status)), HasSubstr("does not accept the token"));
  EXPECT_THAT(std::string(base::MessageOf(status)), Not(HasSubstr("planted")));
  options.token = "";
  EXPECT_FALSE(RommSource::Create(options, {clock_, *http_, [] { return uint64_t{1}; }}).ok());
}

TEST_F(RommSourceTest, RequestsOnlyImagePaths) {
  const auto source = Make(Options());
  for (const char* path : {"/assets/romm/resources/roms/1/2/cover/big.png",
                           "/api/raw/assets/romm/resources/roms/1/2/cover/small.webp"}) {
    EXPECT_TRUE(IsRommImagePath(path)) << path;
  }
  for (const char* path :
       {"/api/roms", "/api/platforms", "/api/roms/1/content/x.png", "/api/users", "/api/tasks/run",
        "/assets/romm/resources/x.json", "/assets/../api/users.png", "/api/raw/assets", "/assets/",
        "/assets/x.png?y=1", "/token/x.png", "//assets/x.png"}) {
    EXPECT_FALSE(IsRommImagePath(path)) << path;
    CollectingSink sink;
    EXPECT_EQ(source->artwork().Open({.path = path}, {}, sink).code(),
              absl::StatusCode::kPermissionDenied);
  }
  EXPECT_EQ(server_.server().connections(), 0U);

  server_.server().On("/assets/a.png", {.status = 302, .headers = {{"Location", "/api/roms"}}});
  CollectingSink sink;
  EXPECT_FALSE(source->artwork().Open({.path = "/assets/a.png"}, {}, sink).ok());
  EXPECT_EQ(server_.server().RequestsTo("/api/roms"), 0U);
}

}  // namespace
}  // namespace marquee::playlist
