#include "services/gateway/routes/display/session_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "services/gateway/testing/fakes.h"
#include "services/gateway/testing/route_test.h"

namespace marquee::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

PlaybackSession Session(const std::string& source, const std::string& title,
                        const std::string& user) {
  PlaybackSession session;
  session.source = source;
  session.id = "session-" + title;
  session.item.id = session.item.key = title;
  session.item.type = ItemType::kMovie;
  session.item.title = title;
  session.item.poster_url =
      "/image?server=" + source + "&path=%2Flibrary%2F" + title + "%2Fthumb%2F7&v=7";
  session.item.runtime_ms = 1000;
  session.position_ms = 250;
  session.user = user;
  session.state = "playing";
  session.player = "Living room, 10.0.0.7";
  return session;
}

class SessionRoutesTest : public RouteTest {
 protected:
  SessionRoutesTest() {
    routes_.AddTo(router_);
    media_.source_list = {{.name = "Den", .type = "plex", .error = ""},
                          {.name = "Loft", .type = "plex", .error = ""},
                          {.name = "Hall", .type = "emby", .error = ""}};
    NowPlaying playing;
    playing.polled_at = absl::FromUnixMillis(1234);
    playing.sessions = {Session("Den", "Alien", "ann"), Session("Loft", "Brazil", "Bob"),
                        Session("Hall", "Cube", "ann")};
    catalog_.playing = playing;
  }

  // The settings of the display with id `device_id`.
  void Set(const std::string& device_id, const std::string& now_playing) {
    const std::string body = R"({"cinema":{"nowPlaying":)" + now_playing + "}}";
    directory_.Apply({.device_ids = {device_id},
                      .identities = {{}},
                      .content_hash = body,
                      .settings_json = body});
  }
  boost::json::array Sessions(const std::string& path, const Fields& fields) {
    const Response answer = Get(path, fields);
    EXPECT_EQ(answer.status, 200) << BodyOf(answer);
    return answer.status == 200 ? Json(answer).at("sessions").as_array() : boost::json::array();
  }
  std::string TitleFor(const std::string& path, const std::string& device_id) {
    const auto sessions = Sessions(path, {{"X-Device-Id", device_id}});
    EXPECT_LE(sessions.size(), 1U);
    return sessions.empty() ? "" : std::string(sessions.at(0).at("title").as_string());
  }

  FakeMedia media_;
  FakeCatalog catalog_;
  SettingsDirectory directory_{clock_};
  const ImageUrlSigner signer_{{}, absl::Hours(24)};
  PlayingSessions playing_{
      {.clock = clock_, .media = media_, .catalog = catalog_, .signer = signer_}};
  SessionRoutes routes_{
      {}, {.clock = clock_, .gate = gate_, .settings = directory_, .playing = playing_}};
};

TEST_F(SessionRoutesTest, AdministratorGetsAllSessionsOfTheServerType) {
  const Response answer = Get("/api/plex/sessions", kWithToken);

  const auto body = Json(answer);
  ASSERT_EQ(body.at("sessions").as_array().size(), 2U);
  const auto& session = body.at("sessions").at(0).as_object();
  EXPECT_EQ(session.at("title"), "Alien");
  EXPECT_EQ(session.at("thumb"), "/library/Alien/thumb/7");
  EXPECT_EQ(session.at("serverName"), "Den");
  EXPECT_EQ(session.at("posterUrl"), "/image?server=Den&path=%2Flibrary%2FAlien%2Fthumb%2F7&v=7");
  EXPECT_EQ(session.at("username"), "ann");
  EXPECT_EQ(session.at("playerTitle"), "Living room, 10.0.0.7");
  EXPECT_EQ(session.at("progressPercent"), 25);
  EXPECT_EQ(body.at("lastUpdate"), 1234);
  EXPECT_EQ(answer.headers.Get("Cache-Control"), "no-store");
  EXPECT_EQ(Sessions("/api/jellyfin/sessions", kWithToken).at(0).at("title"), "Cube");
  EXPECT_EQ(catalog_.calls, 1) << "both routes share one result";
}

TEST_F(SessionRoutesTest, DisplayGetsTheSessionThatItsSettingsSelect) {
  Set("first", R"({"enabled":true})");
  Set("named", R"({"enabled":true,"priority":"user","filterUser":" bob "})");
  Set("absent", R"({"enabled":true,"priority":"user","filterUser":"eve"})");

  EXPECT_EQ(TitleFor("/api/plex/sessions", "first"), "Alien");
  EXPECT_EQ(TitleFor("/api/jellyfin/sessions", "first"), "Cube");
  EXPECT_EQ(TitleFor("/api/plex/sessions", "named"), "Brazil");
  EXPECT_EQ(TitleFor("/api/jellyfin/sessions", "named"), "");
  EXPECT_EQ(TitleFor("/api/plex/sessions", "absent"), "");
}

TEST_F(SessionRoutesTest, DisplayGetsNoUserAndNoPlayer) {
  Set("first", R"({"enabled":true})");
  Set("named", R"({"enabled":true,"priority":"user","filterUser":"bob"})");

  const std::string plain = BodyOf(Get("/api/plex/sessions", {{"X-Device-Id", "first"}}));
  for (const char* secret : {"ann", "Bob", "bob", "Living room", "10.0.0.7", "player\""}) {
    EXPECT_THAT(plain, Not(HasSubstr(secret)));
  }
  // Unmodified pages compare the user name themselves; it is in the display's own settings, so it
  // reveals nothing new.
  EXPECT_EQ(Sessions("/api/plex/sessions", {{"X-Device-Id", "named"}}).at(0).at("username"), "bob");
}

TEST_F(SessionRoutesTest, DisplayWithoutPermissionGets401) {
  Set("off", R"({"enabled":false})");
  Set("text", R"({"enabled":"true"})");

  EXPECT_EQ(Get("/api/plex/sessions").status, 401);
  EXPECT_EQ(Get("/api/plex/sessions", {{"X-Device-Id", "off"}}).status, 401);
  EXPECT_EQ(Get("/api/plex/sessions", {{"X-Device-Id", "text"}}).status, 401);
  EXPECT_EQ(Get("/api/jellyfin/sessions", {{"X-Device-Id", "unknown"}}).status, 401);
}

TEST_F(SessionRoutesTest, DisplayIsIdentifiedByCookie) {
  directory_.Apply({.device_ids = {"a"},
                    .identities = {{.install_id = "inst-1", .hardware_id = ""}},
                    .content_hash = "h",
                    .settings_json = R"({"cinema":{"nowPlaying":{"enabled":true}}})"});

  EXPECT_EQ(Sessions("/api/plex/sessions", {{"Cookie", "pr_iid=inst-1"}}).size(), 1U);
}

TEST_F(SessionRoutesTest, RandomSelectionIsStablePerDisplay) {
  std::set<std::string> titles;
  for (int i = 0; i < 20; ++i) {
    const std::string device = "screen-" + std::to_string(i);
    Set(device, R"({"enabled":true,"priority":"random"})");
    const std::string title = TitleFor("/api/plex/sessions", device);
    clock_.Advance(PlayingSessions::kFreshFor);
    EXPECT_EQ(TitleFor("/api/plex/sessions", device), title);
    titles.insert(title);
  }
  EXPECT_EQ(titles, (std::set<std::string>{"Alien", "Brazil"}));
}

TEST_F(SessionRoutesTest, SessionWithoutPosterIsNotSelected) {
  catalog_.playing->sessions[0].item.poster_url.clear();
  Set("first", R"({"enabled":true})");

  EXPECT_EQ(TitleFor("/api/plex/sessions", "first"), "Brazil");
}

TEST_F(SessionRoutesTest, PublicSessionsHaveNoUserAndNoPlayer) {
  Router open({.clock = clock_, .metrics = metrics_, .version = "1", .gate = &gate_});
  SessionRoutes routes(
      {.public_sessions = true},
      {.clock = clock_, .gate = gate_, .settings = directory_, .playing = playing_});
  routes.AddTo(open);

  const std::string body =
      BodyOf(RunToEnd(open.Handle(MakeRequest(Method::kGet, "/api/plex/sessions"))));

  EXPECT_THAT(body, HasSubstr("Brazil"));
  EXPECT_THAT(body, Not(HasSubstr("Bob")));
  EXPECT_THAT(body, Not(HasSubstr("Living room")));
}

TEST_F(SessionRoutesTest, Returns503WhileSessionsAreUnknown) {
  catalog_.playing = absl::UnavailableError("away");
  Set("first", R"({"enabled":true})");

  EXPECT_EQ(Get("/api/plex/sessions", {{"X-Device-Id", "first"}}).status, 503);
}

}  // namespace
}  // namespace marquee::gateway
