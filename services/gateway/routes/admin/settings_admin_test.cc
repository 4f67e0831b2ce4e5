#include "services/gateway/routes/admin/settings_admin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/rpc/error_info.h"
#include "services/gateway/testing/fakes.h"
#include "services/gateway/testing/route_test.h"

namespace marquee::gateway {
namespace {

using ::testing::HasSubstr;

class SettingsAdminTest : public RouteTest {
 protected:
  SettingsAdminTest() {
    routes_.AddTo(router_);
    documents_.Set(R"({"clockWidget":true,"wallartMode":{"columns":6}})");
  }
  Response Ask(Method method, const std::string& body = {}, Fields fields = {}) {
    fields.insert(fields.end(), kWithToken.begin(), kWithToken.end());
    return RouteTest::Ask(method, "/api/admin/config", fields, body);
  }
  Response Save(const std::string& config, const Fields& fields = {},
                const std::string& more = {}) {
    return Ask(Method::kPost, R"({"env":{},"config":)" + config + more + "}", fields);
  }

  FakeDocuments documents_;
  SettingsAdminRoutes routes_{{.clock = clock_, .documents = documents_}};
};

TEST_F(SettingsAdminTest, ReturnsCurrentSettingsWithEtag) {
  const Response answer = Ask(Method::kGet);
  EXPECT_EQ(answer.headers.Get("ETag"), "\"v1\"");
  EXPECT_EQ(BodyOf(answer),
            R"({"config":{"clockWidget":true,"wallartMode":{"columns":6}},"env":{},"version":1})");
}

TEST_F(SettingsAdminTest, IsEmptyBeforeTheFirstSave) {
  documents_.document = {};
  EXPECT_THAT(BodyOf(Ask(Method::kGet)), HasSubstr(R"("config":{})"));
  EXPECT_EQ(Save(R"({"clockWidget":false})").status, 200);
}

TEST_F(SettingsAdminTest, MergesSavedSettingsIntoTheCurrentOnes) {
  const Response answer = Save(R"({"clockWidget":false})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.Get("ETag"), "\"v2\"");
  EXPECT_EQ(documents_.document.body_json, R"({"clockWidget":false,"wallartMode":{"columns":6}})");
  EXPECT_EQ(documents_.last_author, "settings file");
}

TEST_F(SettingsAdminTest, AcceptsUnknownValuesOnRequest) {
  Save("{}");
  EXPECT_FALSE(documents_.document.accept_unknown);

  RouteTest::Ask(Method::kPost, "/api/admin/config?accept_unknown=1", kWithToken,
                 R"({"env":{},"config":{}})");
  EXPECT_TRUE(documents_.document.accept_unknown);
}

TEST_F(SettingsAdminTest, SaveWithStaleIfMatchYields412) {
  EXPECT_EQ(Save("{}", {{"If-Match", "\"v0\""}}).status, 412);
  EXPECT_EQ(documents_.document.version, 1);
  EXPECT_EQ(Save("{}", {{"If-Match", "\"v1\""}}).status, 200);
}

TEST_F(SettingsAdminTest, StaleBaseVersionYields409WithCurrentVersion) {
  const Response answer = Save("{}", {}, R"(,"baseVersion":7)");
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(BodyOf(answer), R"({"error":"config_conflict","currentVersion":1})");
  EXPECT_EQ(Save("{}", {}, R"(,"baseVersion":1)").status, 200);
}

TEST_F(SettingsAdminTest, KeepsConcurrentChanges) {
  documents_.meanwhile = [this] { documents_.Set(R"({"syncEnabled":false})"); };
  EXPECT_EQ(Save(R"({"clockWidget":false})").status, 200);
  EXPECT_EQ(documents_.document.body_json, R"({"syncEnabled":false,"clockWidget":false})");
}

TEST_F(SettingsAdminTest, SaveWithPreconditionFailsOnConcurrentChange) {
  documents_.meanwhile = [this] { documents_.Set(R"({"syncEnabled":false})"); };
  EXPECT_EQ(Save(R"({"clockWidget":false})", {{"If-Match", "\"v1\""}}).status, 412);
  EXPECT_EQ(documents_.document.body_json, R"({"syncEnabled":false})");
}

TEST_F(SettingsAdminTest, ErrorNamesTheInvalidField) {
  documents_.refusal = rpc::WithViolations(absl::InvalidArgumentError("no"),
                                           {{"wallartMode.columns", "must be from 1 to 32"}});
  const Response answer = Save(R"({"wallartMode":{"columns":0}})");
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(BodyOf(answer), HasSubstr(R"("field":"wallartMode.columns")"));
}

TEST_F(SettingsAdminTest, RequiresConfigAndEnv) {
  EXPECT_EQ(Ask(Method::kPost, R"({"config":{}})").status, 400);
  EXPECT_EQ(Ask(Method::kPost, R"({"env":{}})").status, 400);
  EXPECT_EQ(Ask(Method::kPost, "nonsense").status, 400);
}

TEST_F(SettingsAdminTest, Returns503WhenTheServiceIsUnavailable) {
  documents_.failure = absl::UnavailableError("away");
  EXPECT_EQ(Ask(Method::kGet).status, 503);
  EXPECT_EQ(Save("{}").status, 503);
}

}  // namespace
}  // namespace marquee::gateway
