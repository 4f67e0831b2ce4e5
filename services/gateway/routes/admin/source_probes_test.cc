#include "services/gateway/routes/admin/source_probes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <string>
#include <utility>
#include <vector>

#include "services/gateway/testing/fakes.h"
#include "services/gateway/testing/route_test.h"

namespace marquee::gateway {
namespace {

using ::testing::HasSubstr;

// Returns the same reply to every call and records the call.
class FakeRest final : public RestPort {
 public:
  std::optional<Scope> ScopeOf(Method /*method*/, std::string_view /*target*/) const override {
    return Scope::kAdmin;
  }
  asio::awaitable<RestReply> Call(RestCall call) override {
    calls.push_back(std::move(call));
    co_return reply;
  }
  const std::string& openapi() const override { return document_; }

  RestReply reply;
  std::vector<RestCall> calls;

 private:
  const std::string document_;
};

class SourceProbesTest : public RouteTest {
 protected:
  SourceProbesTest() { routes_.AddTo(router_); }

  Response Probe(const std::string& what, const std::string& body) {
    return Post("/api/admin/" + what, body, kWithToken);
  }
  void Reply(int status, std::string json) {
    rest_.reply.status = status;
    rest_.reply.json = std::move(json);
  }
  // The body of the last call.
  std::string Target() const {
    return boost::json::serialize(boost::json::parse(rest_.calls.back().body).at("target"));
  }

  FakeRest rest_;
  FakeMedia media_;
  SourceProbeRoutes routes_{{.rest = rest_, .media = media_}};
};

TEST_F(SourceProbesTest, TestsTheServerInTheBody) {
  struct Case {
    const char* probe;
    const char* body;
    const char* target;
  };
  rest_.reply.json = R"({"success":true,"message":"Connected"})";
  for (const Case& c : std::vector<Case>{
           {"test-plex", R"({"hostname":"10.0.0.2","port":32400,"token":"t"})",
            R"({"url":"http://10.0.0.2:32400","token":"t","type":"plex"})"},
           {"test-plex", R"({"hostname":"https://p.lan/","port":"32400","token":"t"})",
            R"({"url":"https://p.lan:32400","token":"t","type":"plex"})"},
           {"test-plex", R"({"hostname":"p.lan:1","port":2,"token":"t"})",
            R"({"url":"http://p.lan:1","token":"t","type":"plex"})"},
           {"test-jellyfin", R"({"hostname":"::1","port":8920,"apiKey":"k","insecureHttps":true})",
            R"({"url":"https://[::1]:8920","token":"k","insecureTls":true,"type":"jellyfin"})"},
           {"test-jellyfin", R"({"hostname":"[::1]:8096","apiKey":"k"})",
            R"({"url":"http://[::1]:8096","token":"k","type":"jellyfin"})"},
           {"test-romm", R"({"url":"http://r.lan","username":"u","password":"p"})",
            R"({"url":"http://r.lan","username":"u","password":"p","type":"romm"})"},
           {"test-tmdb", R"({"apiKey":"k"})", R"({"token":"k","type":"tmdb"})"},
       }) {
    EXPECT_EQ(Probe(c.probe, c.body).status, 200) << c.body;
    EXPECT_EQ(Target(), c.target);
  }
  EXPECT_EQ(rest_.calls[0].target, "/api/v2/sources:test");
}

TEST_F(SourceProbesTest, TakesOmittedFieldsFromTheConfiguredSource) {
  rest_.reply.json = R"({"success":true,"message":"Connected"})";
  media_.source_list = {{.name = "Films", .type = "local", .error = ""},
                        {.name = "Den", .type = "plex", .error = ""},
                        {.name = "Hall", .type = "emby", .error = ""},
                        {.name = "Charts", .type = "tmdb", .error = ""}};
  Probe("test-plex", R"({"hostname":"10.0.0.2","port":32400})");
  EXPECT_EQ(Target(), R"({"url":"http://10.0.0.2:32400","name":"Den"})");
  Probe("plex-libraries", "");
  EXPECT_EQ(Target(), R"({"name":"Den"})");
  Probe("test-jellyfin", "{}");
  EXPECT_EQ(Target(), R"({"name":"Hall"})");
  Probe("test-tmdb", R"({"apiKey":"stored_key"})");
  EXPECT_EQ(Target(), R"({"name":"Charts"})");
  const auto calls = rest_.calls.size();
  const Response unknown = Probe("test-romm", R"({"url":"http://r.lan"})");
  EXPECT_EQ(unknown.status, 400);
  EXPECT_THAT(BodyOf(unknown), HasSubstr("no source of type romm is configured"));
  EXPECT_EQ(rest_.calls.size(), calls);
}

TEST_F(SourceProbesTest, ReturnsTheResult) {
  const std::string body = R"({"hostname":"h","apiKey":"k"})";
  rest_.reply.json = R"({"success":true,"message":"Connected to Hall 10.9",)"
                     R"("serverName":"Hall","serverVersion":"10.9"})";
  EXPECT_EQ(BodyOf(Probe("test-jellyfin", body)),
            R"({"success":true,"message":"Connected to Hall 10.9",)"
            R"("serverInfo":{"name":"Hall","version":"10.9"}})");

  rest_.reply.json = R"({"success":false,"message":"connection refused by h"})";
  const Response refused = Probe("test-jellyfin", body);
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(BodyOf(refused), R"({"error":"connection refused by h"})");
  const Response tmdb = Probe("test-tmdb", body);
  EXPECT_EQ(tmdb.status, 200);
  EXPECT_EQ(BodyOf(tmdb), R"({"success":false,"error":"connection refused by h"})");

  Reply(400, R"({"error":{"code":400,"message":"no such name"}})");
  EXPECT_EQ(BodyOf(Probe("test-jellyfin", body)), R"({"error":"no such name"})");
  Reply(503, R"({"error":{"code":503,"message":"away"}})");
  const Response away = Probe("test-tmdb", body);
  EXPECT_EQ(away.status, 503);
  EXPECT_NE(away.headers.Get("Retry-After"), "");
}

TEST_F(SourceProbesTest, ListsLibrariesOfASource) {
  rest_.reply.json = R"({"libraries":[{"key":"1","name":"Films","type":"movie","items":7}]})";
  EXPECT_EQ(BodyOf(Probe("plex-libraries", R"({"hostname":"h","token":"t"})")),
            R"({"success":true,)"
            R"("libraries":[{"key":"1","name":"Films","type":"movie","itemCount":7}]})");
  EXPECT_EQ(rest_.calls[0].target, "/api/v2/sources:libraries");
  EXPECT_EQ(BodyOf(Probe("romm-platforms", R"({"url":"http://r","password":"p"})")),
            R"({"success":true,"count":1,"platforms":[{"value":"1","label":"Films","count":7}]})");
  Reply(404, R"({"error":{"message":"there is no source"}})");
  EXPECT_EQ(Probe("jellyfin-libraries", R"({"hostname":"h","apiKey":"k"})").status, 400);
}

TEST_F(SourceProbesTest, RejectsInvalidBodiesAndUnauthenticatedCallers) {
  for (const char* port : {"0", "-1", "1.5", "65536", "\"x\"", "\"123456\"", "1e300"}) {
    const std::string body = std::string(R"({"hostname":"h","token":"t","port":)") + port + "}";
    EXPECT_THAT(BodyOf(Probe("test-plex", body)), HasSubstr("port must be")) << port;
  }
  EXPECT_EQ(Probe("test-plex", "[]").status, 400);
  EXPECT_EQ(Post("/api/admin/test-plex", "{}").status, 401);
  EXPECT_TRUE(rest_.calls.empty());
}

}  // namespace
}  // namespace marquee::gateway
