#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libs/base/strings.h"
#include "libs/httpc/failure.h"
#include "services/playlist/sources/jellyfin/jellyfin_source_fixture.h"

namespace marquee::playlist {
namespace {

using ::marquee::testing::FakeHttpServer;
using ::marquee::testing::FakeJellyfin;
using ::testing::HasSubstr;
using ::testing::Not;
using Ending = FakeHttpServer::Ending;

class JellyfinTroubleTest : public JellyfinSourceFixture {};

TEST_F(JellyfinTroubleTest, FindsAServerAtTheUsualBasePath) {
  FakeJellyfin below({.base_path = "/jellyfin"});
  below.AddTitles(below.AddLibrary("Movies", "movies"), "Movie", "Film", 2);
  below.AddLibrary("Shows", "tvshows");
  auto options = Options();
  options.url = below.server().url();
  const auto source = Make(options);

  const auto yield = Fetch(*source);

  ASSERT_TRUE(yield.ok()) << yield.status();
  EXPECT_EQ(yield->items.size(), 2U);
  EXPECT_THAT(yield->items.at(0)->item.poster_url, HasSubstr("path=%2FItems%2F"));
}

TEST_F(JellyfinTroubleTest, FindsAnEmbyServerAtItsBasePath) {
  FakeJellyfin below({.base_path = "/emby"});
  below.AddTitles(below.AddLibrary("Movies", "movies"), "Movie", "Film", 2);
  below.AddLibrary("Shows", "tvshows");
  auto options = Options();
  options.flavour = JellyfinFlavour::kEmby;
  options.url = below.server().url();
  const auto source = Make(options);

  const auto yield = Fetch(*source);

  ASSERT_TRUE(yield.ok()) << yield.status();
  EXPECT_EQ(yield->items.size(), 2U);
  EXPECT_EQ(yield->items.at(0)->item.source, "jellyfin");
}

TEST_F(JellyfinTroubleTest, ExplainsConnectionFailures) {
  using enum absl::StatusCode;
  struct Case {
    FakeHttpServer::Reply reply;
    absl::StatusCode code;
    std::string says;
  };
  const std::vector<Case> cases = {
      {{.status = 401}, kUnauthenticated, "does not accept the token"},
      {{.status = 403}, kUnauthenticated, "does not accept the token"},
      {{.status = 404}, kFailedPrecondition, "has a base path"},
      {{.status = 500, .body = "oops"}, kUnavailable, "HTTP 500"},
      {{.status = 503}, kUnavailable, "HTTP 503"},
      {{.status = 429}, kUnavailable, "too busy"},
      {{.status = 204}, kFailedPrecondition, "HTTP 204"},
      {{.status = 302, .headers = {{"Location", "https://login.example/?back=1"}}},
       kFailedPrecondition,
       "redirects to https://login.example"},
      {{.body = "<html>Sign in</html>"}, kFailedPrecondition, "web page"},
      {{.body = "{\"ServerName\":\"Den\""}, kFailedPrecondition, "cannot be parsed"},
      {{.body = "0123456789", .ending = Ending::kCloseMidBody},
       kUnavailable,
       "broke after 5 bytes"},
      {{.body = "0123456789", .ending = Ending::kResetMidBody}, kUnavailable, ""},
      {{.body = std::string(1 << 20, ' '), .ending = Ending::kEndless},
       kFailedPrecondition,
       "limit"},
      {{.body = std::string(100'000, '[')}, kFailedPrecondition, "cannot be parsed"},
      {{.body = "SSH-2.0-x\r\n", .ending = Ending::kRaw},
       kFailedPrecondition,
       "does not speak HTTP"},
  };
  for (const Case& c : cases) {
    for (const char* path : {"/System/Info/Public", "/System/Info"})
      server_.server().On(path, c.reply);
    const auto source = Make();
    EXPECT_THAT(ErrorOf(*source, c.code), HasSubstr(c.says));
  }
}

TEST_F(JellyfinTroubleTest, ExplainsARejectedToken) {
  auto options = Options();
  options.token = "planted-but-wrong";
  const auto source = Make(options);

  const std::string message = ErrorOf(*source, absl::StatusCode::kUnauthenticated);

  EXPECT_THAT(message, HasSubstr("HTTP 401"));
  EXPECT_THAT(message, Not(HasSubstr("planted-but-wrong")));
}

TEST_F(JellyfinTroubleTest, ExplainsRefusedConnectionsUnknownNamesAndTlsFailures) {
  auto options = Options();
  // A label of more than 63 characters is rejected without a DNS query.
  options.url = "http://" + std::string(64, 'a') + ".invalid:8096";
  EXPECT_THAT(ErrorOf(*Make(options), absl::StatusCode::kUnavailable), HasSubstr("no address"));
  options.url = "https" + server_.url().substr(4);
  EXPECT_THAT(ErrorOf(*Make(options), absl::StatusCode::kUnavailable), HasSubstr("certificate"));
  {
    const FakeHttpServer gone;
    options.url = gone.url();
  }
  EXPECT_THAT(ErrorOf(*Make(options), absl::StatusCode::kUnavailable),
              HasSubstr("connection refused"));
}

TEST_F(JellyfinTroubleTest, AHangingServerEndsAtItsTimeLimit) {
  server_.server().On("/Users", {.ending = Ending::kHang});
  auto options = Options();
  options.request_timeout = absl::Milliseconds(60);
  EXPECT_THAT(ErrorOf(*Make(options), absl::StatusCode::kUnavailable), HasSubstr("hangs"));

  const auto status = Make()->Fetch(Within(absl::Milliseconds(60))).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
}

TEST_F(JellyfinTroubleTest, EveryKindOfBrokenPageFailsTheFetchAndNamesTheLibrary) {
  server_.AddTitles(movies_, "Movie", "Film", 3);
  const std::vector<FakeHttpServer::Reply> replies = {
      {.status = 500},
      {.body = "<html></html>"},
      {.body = "{\"Items\":[{\"Name\":\"cut"},
      {.body = "{\"Items\":[{}]}", .ending = Ending::kCloseMidBody},
      {.body = "{\"Items\":[{}]}", .ending = Ending::kResetMidBody},
      {.body = std::string(1 << 20, ' '), .ending = Ending::kEndless},
      {.body = "{\"Items\":[" + std::string(1 << 20, ' '), .ending = Ending::kEndless},
      {.body = "{\"Items\":" + std::string(100'000, '[')},
      {.body = "[]"},
  };
  for (const auto& reply : replies) {
    server_.server().On("/Items", reply);
    auto options = Options();
    options.listing.max_page_bytes = size_t{8} << 20;
    const auto source = Make(options);
    const auto status = Fetch(*source).status();
    EXPECT_FALSE(status.ok());
    EXPECT_THAT(std::string(base::MessageOf(status)), HasSubstr("library \"")) << status;
  }
}

TEST_F(JellyfinTroubleTest, FindsTheServerAgainAfterAFailure) {
  server_.AddTitles(movies_, "Movie", "Film", 3);
  const auto source = Make();
  ASSERT_TRUE(Fetch(*source).ok());
  server_.server().On("/Items/Counts", {.status = 500});
  ASSERT_FALSE(Fetch(*source).ok());
  const size_t before = server_.server().RequestsTo("/System/Info/Public");

  EXPECT_TRUE(Fetch(*source).ok()) << "a full read needs no counts";

  EXPECT_EQ(server_.server().RequestsTo("/System/Info/Public"), before + 1);
}

TEST_F(JellyfinTroubleTest, RejectsInvalidSettings) {
  const auto create = [&](const std::string& url, const std::string& token) {
    const auto source = JellyfinSource::Create({.name = "Den", .url = url, .token = token},
                                               {clock_, *http_, [] { return uint64_t{0}; }});
    EXPECT_EQ(source.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(base::MessageOf(source.status()));
  };
  EXPECT_THAT(create("ftp://x", "abc"), HasSubstr("url"));
  EXPECT_THAT(create("http://10.0.0.5:8096", ""), HasSubstr("API key"));
  EXPECT_THAT(create("http://10.0.0.5:8096", "planted\r\nX: y"), Not(HasSubstr("planted")));
  EXPECT_THAT(create("http://10.0.0.5:8096", "planted\", Token=\"x"), Not(HasSubstr("planted")));
}

}  // namespace
}  // namespace marquee::playlist
