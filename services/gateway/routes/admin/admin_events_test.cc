#include "services/gateway/routes/admin/admin_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "services/gateway/testing/fakes.h"
#include "services/gateway/testing/route_test.h"

namespace marquee::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class AdminEventsTest : public RouteTest {
 protected:
  AdminEventsTest() { events_.AddTo(router_); }

  std::string Next(const Response& response) { return *RunToEnd(response.stream->Next()); }

  EventFeed feed_;
  AdminEvents events_{{.max_streams = 2,
                       .reserved_for_administrators = 0,
                       .stream = {.max_queued = 3, .ping_every = absl::Milliseconds(1)}},
                      {.clock = clock_, .feed = feed_, .metrics = metrics_}};
};

TEST_F(AdminEventsTest, SendsEventsFromTheStartOfTheStream) {
  feed_.OnSocket("before", true);
  const Response response = Get("/api/admin/events", kWithToken);
  EXPECT_EQ(response.headers.Get("Content-Type"), "text/event-stream; charset=utf-8");
  EXPECT_THAT(Next(response), HasSubstr(": connected\n\nevent: hello\ndata: {\"t\":"));

  feed_.OnSocket("tv", true);
  feed_.OnLog("tv", {{.at_ms = 7, .level = "warn", .message = "a\nb", .data_json = "{}"}});
  events_.Publish("config-updated", R"({"version":2})");

  const std::string told = Next(response);
  EXPECT_THAT(told, HasSubstr(R"(event: device-ws)"
                              "\n"
                              R"(data: {"id":"tv","wsConnected":true)"));
  EXPECT_THAT(told, HasSubstr(R"({"t":7,"level":"warn","message":"a\nb","data":{}})"));
  EXPECT_THAT(told, HasSubstr("event: config-updated\ndata: {\"version\":2}\n\n"));
  EXPECT_THAT(Next(response), HasSubstr("event: ping"));
}

TEST_F(AdminEventsTest, OneReadTokenDoesNotTakeAllStreams) {
  accounts_.tokens = {{"first", {.id = "1", .name = "first", .scope = Scope::kRead, .hint = ""}},
                      {"second", {.id = "2", .name = "second", .scope = Scope::kRead, .hint = ""}}};
  AdminEvents events({.max_streams = 4, .max_per_principal = 2, .reserved_for_administrators = 1},
                     {.clock = clock_, .feed = feed_, .metrics = metrics_});
  Router router({.clock = clock_, .metrics = metrics_, .version = "1", .gate = &gate_});
  events.AddTo(router);
  std::vector<Response> open;
  const auto ask = [&](const std::string& token) {
    open.push_back(RunToEnd(
        router.Handle(MakeRequest(Method::kGet, "/api/admin/events", {{"X-API-Key", token}}))));
    return open.back().status;
  };

  EXPECT_EQ(ask("first"), 200);
  EXPECT_EQ(ask("first"), 200);
  EXPECT_EQ(ask("first"), 503);
  EXPECT_THAT(BodyOf(open.back()), HasSubstr("limits.event_streams_per_principal"));
  EXPECT_EQ(ask("second"), 200);
  EXPECT_EQ(ask("second"), 503);  // the last place is for administrators
  EXPECT_THAT(BodyOf(open.back()), HasSubstr("limits.event_streams"));
  EXPECT_EQ(ask("let-me-in"), 200);
  EXPECT_EQ(ask("let-me-in"), 503);
  open.clear();
  EXPECT_EQ(ask("first"), 200);
}

TEST_F(AdminEventsTest, EventWakesAWaitingReader) {
  AdminEvents events({}, {.clock = clock_, .feed = feed_, .metrics = metrics_});
  Router router({.clock = clock_, .metrics = metrics_, .version = "1", .gate = &gate_});
  events.AddTo(router);
  const Response response =
      RunToEnd(router.Handle(MakeRequest(Method::kGet, "/api/admin/events", kWithToken)));
  Next(response);
  boost::asio::io_context io;
  std::string told;
  boost::asio::co_spawn(io, response.stream->Next(),
                        [&told](const std::exception_ptr&, absl::StatusOr<std::string> piece) {
                          told = *std::move(piece);
                        });
  io.poll();
  EXPECT_EQ(told, "");

  feed_.OnSocket("tv", false);
  io.run();

  EXPECT_THAT(told, HasSubstr("device-ws"));
}

TEST_F(AdminEventsTest, DropsDisplayLogsAboveTheByteLimitAndKeepsTheStream) {
  AdminEvents events({.max_streams = 2,
                      .reserved_for_administrators = 0,
                      .stream = {.max_queued = 100, .max_queued_bytes = 10'000}},
                     {.clock = clock_, .feed = feed_, .metrics = metrics_});
  Router router({.clock = clock_, .metrics = metrics_, .version = "1", .gate = &gate_});
  events.AddTo(router);
  const Response slow =
      RunToEnd(router.Handle(MakeRequest(Method::kGet, "/api/admin/events", kWithToken)));
  Next(slow);
  for (int i = 0; i < 50; ++i) {
    feed_.OnLog(
        "tv", {{.at_ms = 7, .level = "warn", .message = std::string(1000, 'x'), .data_json = ""}});
  }
  feed_.OnSocket("tv", true);

  const std::string told = Next(slow);
  EXPECT_LT(told.size(), 11'000U);
  EXPECT_THAT(told, HasSubstr("device-ws"));
  EXPECT_THAT(told, HasSubstr("event: left-out\ndata: {\"logEvents\":4"));
}

TEST_F(AdminEventsTest, EndsSlowStreamsAndAllStreamsAtShutdown) {
  const Response slow = Get("/api/admin/events", kWithToken);
  for (int i = 0; i < 5; ++i) feed_.OnSocket("tv", true);
  EXPECT_NE(Next(slow), "");
  EXPECT_EQ(Next(slow), "");

  const Response other = Get("/api/admin/events", kWithToken);
  Next(other);
  events_.End();

  EXPECT_EQ(Next(other), "");
  EXPECT_EQ(Get("/api/admin/events", kWithToken).status, 503);
}

TEST_F(AdminEventsTest, LimitsStreamsAndRequiresAuthentication) {
  EXPECT_EQ(Get("/api/admin/events").status, 401);
  {
    const Response one = Get("/api/admin/events", kWithToken);
    const Response two = Get("/api/admin/events", kWithToken);
    EXPECT_EQ(Get("/api/admin/events", kWithToken).status, 503);
  }
  EXPECT_EQ(Get("/api/admin/events", kWithToken).status, 200);
}

class SessionEventsTest : public AdminEventsTest {
 protected:
  SessionEventsTest() {
    listening_.AddTo(listened_);
    media_.source_list = {{.name = "Den", .type = "plex", .error = ""},
                          {.name = "Hall", .type = "emby", .error = ""}};
  }

  static NowPlaying Playing(const std::string& source, const std::string& title) {
    NowPlaying playing;
    PlaybackSession& session = playing.sessions.emplace_back();
    session.source = source;
    session.id = "s1";
    session.item.key = title;
    session.item.title = title;
    session.state = "playing";
    return playing;
  }
  Response Open() {
    Response response =
        RunToEnd(listened_.Handle(MakeRequest(Method::kGet, "/api/admin/events", kWithToken)));
    Next(response);  // hello
    return response;
  }

  FakeMedia media_;
  FakeCatalog catalog_;
  const ImageUrlSigner signer_{{}, absl::Hours(24)};
  PlayingSessions playing_{
      {.clock = clock_, .media = media_, .catalog = catalog_, .signer = signer_}};
  AdminEvents listening_{
      {.stream = {.ping_every = absl::Milliseconds(20), .ask_playing_every = absl::ZeroDuration()}},
      {.clock = clock_, .feed = feed_, .metrics = metrics_, .playing = &playing_}};
  Router listened_{{.clock = clock_, .metrics = metrics_, .version = "1", .gate = &gate_}};
};

TEST_F(SessionEventsTest, SendsSessionsWhenTheListChanges) {
  const Response response = Open();
  catalog_.playing = Playing("Den", "Alien");
  const std::string first = Next(response);
  EXPECT_THAT(first, HasSubstr("event: plex-sessions\ndata: {\"sessions\":[{"));
  EXPECT_THAT(first, HasSubstr(R"("title":"Alien")"));
  EXPECT_THAT(first, Not(HasSubstr("jellyfin-sessions"))) << "no session plays there";

  EXPECT_THAT(Next(response), HasSubstr("event: ping")) << "an unchanged list is not sent again";
  clock_.Advance(PlayingSessions::kFreshFor);
  catalog_.playing->sessions[0].position_ms = 5000;
  EXPECT_THAT(Next(response), HasSubstr("event: ping")) << "a new position alone is not sent";
  clock_.Advance(PlayingSessions::kFreshFor);
  catalog_.playing = Playing("Hall", "Brazil");
  const std::string then = Next(response);
  EXPECT_THAT(then, HasSubstr("event: plex-sessions\ndata: {\"sessions\":[],"));
  EXPECT_THAT(then, HasSubstr("event: jellyfin-sessions\ndata: {\"sessions\":[{"));
}

TEST_F(SessionEventsTest, FetchesSessionsOncePerIntervalAndNotWithoutAServer) {
  const Response one = Open();
  const Response two = Open();
  catalog_.playing = Playing("Den", "Alien");
  EXPECT_THAT(Next(one), HasSubstr("plex-sessions"));
  EXPECT_THAT(Next(two), HasSubstr("plex-sessions"));
  EXPECT_EQ(catalog_.calls, 1);

  clock_.Advance(PlayingSessions::kFreshFor);
  media_.source_list = {{.name = "Films", .type = "local", .error = ""}};
  EXPECT_THAT(Next(one), HasSubstr("event: ping"));
  EXPECT_EQ(catalog_.calls, 1);
}

TEST_F(SessionEventsTest, KeepsLastSessionsWhileTheServiceIsUnavailable) {
  const Response response = Open();
  catalog_.playing = Playing("Den", "Alien");
  Next(response);
  clock_.Advance(PlayingSessions::kFreshFor);
  catalog_.playing = absl::UnavailableError("away");

  EXPECT_THAT(Next(response), HasSubstr("event: ping"));
}

}  // namespace
}  // namespace marquee::gateway
