// Administration of displays, with a fake of the devices service.
#include <gtest/gtest.h>

#include "libs/rpc/error_info.h"
#include "services/gateway/routes/devices/device_fleet.h"
#include "services/gateway/routes/devices/device_groups.h"
#include "services/gateway/routes/devices/device_pairing.h"
#include "services/gateway/testing/fake_fleet.h"
#include "services/gateway/testing/fakes.h"
#include "services/gateway/testing/route_test.h"

namespace marquee::gateway {
namespace {

class FleetRoutesTest : public RouteTest {
 protected:
  FleetRoutesTest() {
    pairing_.AddTo(router_);
    fleet_routes_.AddTo(router_);
    groups_.AddTo(router_);
  }

  Response Ask(Method method, const std::string& target, std::string body = {},
               const Fields& fields = kWithToken) {
    return RouteTest::Ask(method, target, fields, std::move(body));
  }
  static Device Named(const std::string& id, const std::string& name) {
    Device device;
    device.id = id;
    device.name = name;
    return device;
  }
  static BatchSent::Result Result(const std::string& id, CommandState state, bool live) {
    BatchSent::Result result;
    result.device_id = id;
    result.sent.command.state = state;
    result.sent.live = live;
    return result;
  }

  FakeDevices devices_;
  FakeFleet fleet_;
  FixedWindow pair_limit_{{.limit = 10}, clock_};
  FixedWindow wrong_limit_{{.limit = 5, .window = absl::Minutes(10)}, clock_};
  SettingsDirectory settings_{clock_};
  DevicePairingRoutes pairing_{
      {.clock = clock_, .fleet = fleet_, .pair_limit = pair_limit_, .wrong_limit = wrong_limit_}};
  DeviceFleetRoutes fleet_routes_{{.devices = devices_, .fleet = fleet_, .settings = settings_}};
  DeviceGroupRoutes groups_{{.devices = devices_, .fleet = fleet_}};
};

TEST_F(FleetRoutesTest, RoutesRequireAToken) {
  for (const auto& [method, target] : std::vector<std::pair<Method, std::string>>{
           {Method::kPatch, "/api/devices/a"},
           {Method::kDelete, "/api/devices/a"},
           {Method::kPost, "/api/devices/a/merge"},
           {Method::kPost, "/api/devices/a/pairing-code"},
           {Method::kGet, "/api/devices/pairing-codes/active"},
           {Method::kPost, "/api/devices/command"},
           {Method::kPost, "/api/devices/clear-reload"},
           {Method::kGet, "/api/groups"},
           {Method::kPatch, "/api/groups/a"},
           {Method::kGet, "/api/profiles/a"},
           {Method::kPut, "/api/admin/device-presets"}}) {
    EXPECT_EQ(Ask(method, target, "{}", {}).status, 401) << target;
  }
}

TEST_F(FleetRoutesTest, OperatorMaySendCommandsButNotChangeDevices) {
  accounts_.tokens["operator"] = {.id = "1", .name = "panel", .scope = Scope::kOperate, .hint = ""};
  const Fields fields{{"X-API-Key", "operator"}};
  const auto refused = [&](Method method, const std::string& target) {
    return Ask(method, target, R"({"type":"t","deviceIds":["a"],"command":{"type":"t"}})", fields)
               .status == 403;
  };

  EXPECT_FALSE(refused(Method::kGet, "/api/groups"));
  EXPECT_FALSE(refused(Method::kPost, "/api/devices/command"));
  EXPECT_FALSE(refused(Method::kPost, "/api/groups/a/command"));
  EXPECT_TRUE(refused(Method::kPatch, "/api/devices/a"));
  EXPECT_TRUE(refused(Method::kDelete, "/api/devices/a"));
  EXPECT_TRUE(refused(Method::kPost, "/api/devices/a/merge"));
  EXPECT_TRUE(refused(Method::kPost, "/api/devices/a/pairing-code"));
  EXPECT_TRUE(refused(Method::kDelete, "/api/groups/a"));
  EXPECT_TRUE(refused(Method::kPut, "/api/admin/device-presets"));
}

TEST_F(FleetRoutesTest, PatchChangesTheFieldsOfTheBody) {
  fleet_.device = Named("a", "Foyer");

  const Response answer =
      Ask(Method::kPatch, "/api/devices/a",
          R"({"name":"Foyer","groups":["g"],"settingsOverride":{"clockWidget":false},"x":1})");

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(Json(answer).at("device").at("name"), "Foyer");
  EXPECT_EQ(fleet_.last_change.name, "Foyer");
  EXPECT_EQ(fleet_.last_change.groups, std::vector<std::string>{"g"});
  EXPECT_EQ(fleet_.last_change.settings_override_json, R"({"clockWidget":false})");
  EXPECT_FALSE(fleet_.last_change.location.has_value());
}

TEST_F(FleetRoutesTest, WordsThatAreNotKnownAreTakenWhenThatIsAskedFor) {
  fleet_.device = Named("a", "Hall");
  const std::string query = "?accept_unknown=1";
  Ask(Method::kPatch, "/api/devices/a", R"({"settingsOverride":{}})");
  EXPECT_FALSE(fleet_.last_change.accept_unknown);
  Ask(Method::kPatch, "/api/devices/a" + query, R"({"settingsOverride":{}})");
  EXPECT_TRUE(fleet_.last_change.accept_unknown);
  for (const std::string base : {"/api/groups", "/api/profiles"}) {
    Ask(Method::kPost, base, R"({"id":"a"})");
    EXPECT_FALSE(fleet_.last_group.accept_unknown) << base;
    Ask(Method::kPost, base + query, R"({"id":"a"})");
    EXPECT_TRUE(fleet_.last_group.accept_unknown) << base;
    Ask(Method::kPatch, base + "/a", R"({"name":"b"})");
    EXPECT_FALSE(fleet_.last_group.accept_unknown) << base;
    Ask(Method::kPatch, base + "/a" + query, R"({"name":"b"})");
    EXPECT_TRUE(fleet_.last_group.accept_unknown) << base;
  }
  Ask(Method::kPut, "/api/admin/device-presets", "[]");
  EXPECT_FALSE(fleet_.last_accept_unknown);
  Ask(Method::kPut, "/api/admin/device-presets" + query, "[]");
  EXPECT_TRUE(fleet_.last_accept_unknown);
}

TEST_F(FleetRoutesTest, StaleVersionYields409OrWithIfMatch412) {
  fleet_.device = rpc::WithReason(absl::AbortedError("changed"), "STALE_ETAG", {{"version", "7"}});

  const Response by_body = Ask(Method::kPatch, "/api/devices/a", R"({"name":"x","etag":"3"})");
  EXPECT_EQ(by_body.status, 409);
  EXPECT_EQ(Json(by_body).at("currentVersion"), "7");
  EXPECT_EQ(fleet_.last_etag, "3");
  const Response by_header = Ask(Method::kPatch, "/api/devices/a", "{}",
                                 {{"X-API-Key", "let-me-in"}, {"If-Match", "\"3\""}});
  EXPECT_EQ(by_header.status, 412);
  EXPECT_EQ(fleet_.last_etag, "3");
}

TEST_F(FleetRoutesTest, UnavailableServiceYields503AndUnknownDevice404) {
  EXPECT_EQ(Ask(Method::kPatch, "/api/devices/a", "{}").status, 404);
  fleet_.done = absl::UnavailableError("away");
  EXPECT_EQ(Ask(Method::kDelete, "/api/devices/a").status, 503);
  EXPECT_EQ(Ask(Method::kPost, "/api/devices/a/merge", R"({"sourceIds":["b"]})").status, 503);
  EXPECT_EQ(Ask(Method::kPost, "/api/devices/a/merge", R"({"sourceIds":[]})").status, 400);
}

TEST_F(FleetRoutesTest, CreatesAndClaimsAPairingCode) {
  const Response code =
      Ask(Method::kPost, "/api/devices/a/pairing-code", R"({"requireToken":true})");
  EXPECT_EQ(Json(code).at("code"), "123456");
  EXPECT_EQ(Json(code).at("token"), "token-1");
  EXPECT_EQ(Json(Ask(Method::kGet, "/api/devices/pairing-codes/active")).at(0).at("name"),
            "Screen");

  const Response claimed =
      Ask(Method::kPost, "/api/devices/pair", R"({"code":"123456","token":"token-1"})",
          {{"Cookie", "pr_iid=inst"}, {"X-Hardware-Id", "hw"}});
  EXPECT_EQ(claimed.status, 200);
  EXPECT_EQ(Json(claimed).at("secret"), "secret-1");
  EXPECT_EQ(fleet_.last_claim.identity.install_id, "inst");
  EXPECT_EQ(fleet_.last_claim.identity.hardware_id, "hw");
}

TEST_F(FleetRoutesTest, WrongPairingCodesYieldTheProtocolsErrors) {
  const auto pair = [&](const std::string& body) {
    return Ask(Method::kPost, "/api/devices/pair", body, {});
  };
  EXPECT_EQ(Json(pair(R"({"code":"12"})")).at("error"), "invalid_code_format");
  fleet_.claimed = absl::NotFoundError("no such code");
  EXPECT_EQ(Json(pair(R"({"code":"000000"})")).at("error"), "code_not_found_or_expired");
  fleet_.claimed = absl::PermissionDeniedError("token");
  EXPECT_EQ(Json(pair(R"({"code":"000000"})")).at("error"), "claim_failed");
  fleet_.claimed = absl::UnavailableError("away");
  EXPECT_EQ(pair(R"({"code":"000000"})").status, 503);
}

TEST_F(FleetRoutesTest, AddressIsLimitedAfterFiveWrongCodes) {
  fleet_.claimed = absl::NotFoundError("no such code");
  const auto pair = [&] {
    return Ask(Method::kPost, "/api/devices/pair", R"({"code":"000000"})", {}).status;
  };
  for (int i = 0; i < 5; ++i) EXPECT_EQ(pair(), 400);

  EXPECT_EQ(pair(), 429);
  EXPECT_EQ(fleet_.claims, 5);
  clock_.Advance(absl::Minutes(11));
  EXPECT_EQ(pair(), 400);
}

TEST_F(FleetRoutesTest, CommandToManyReportsCounts) {
  fleet_.sent = BatchSent{.results = {Result("a", CommandState::kSent, true),
                                      Result("b", CommandState::kQueued, false)},
                          .missing_ids = {"c"}};

  const Response answer = Ask(Method::kPost, "/api/devices/command",
                              R"({"deviceIds":["a","b","c"],"command":{"type":"playback.next"}})");

  EXPECT_EQ(BodyOf(answer), R"({"success":true,"sent":1,"queued":1})");
  EXPECT_EQ(Json(Ask(Method::kPost, "/api/devices/command", R"({"deviceIds":[]})")).at("error"),
            "invalid_device_ids");
  EXPECT_EQ(Json(Ask(Method::kPost, "/api/devices/command", R"({"deviceIds":["a"]})")).at("error"),
            "invalid_command");
}

TEST_F(FleetRoutesTest, ClearAndReloadAreSentToAllDevices) {
  fleet_.sent = BatchSent{.results = {Result("a", CommandState::kSent, true)}, .missing_ids = {}};

  const Response answer = Ask(Method::kPost, "/api/devices/clear-reload");

  EXPECT_EQ(BodyOf(answer), R"({"ok":true,"live":1,"queued":0,"total":1})");
  ASSERT_EQ(fleet_.batches.size(), 2U);
  EXPECT_EQ(fleet_.batches[0].type, "core.mgmt.clearCache");
  EXPECT_EQ(fleet_.batches[1].type, "core.mgmt.reload");
  EXPECT_TRUE(fleet_.batches[1].all);
}

TEST_F(FleetRoutesTest, GroupsCanBeCreatedChangedAndCommanded) {
  const Response made =
      Ask(Method::kPost, "/api/groups",
          R"({"id":"foyer","settingsTemplate":{"clockWidget":false},"order":-4})");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(fleet_.last_group.settings_json, R"({"clockWidget":false})");
  EXPECT_EQ(fleet_.last_group.order, 0);
  EXPECT_EQ(Ask(Method::kPatch, "/api/groups/foyer", R"({"name":"F"})").status, 200);
  EXPECT_FALSE(fleet_.last_group.settings_json.has_value());
  EXPECT_EQ(BodyOf(Ask(Method::kDelete, "/api/groups/foyer")), R"({"ok":true})");

  fleet_.sent = BatchSent{.results = {Result("a", CommandState::kAcked, true),
                                      Result("b", CommandState::kQueued, false),
                                      Result("c", CommandState::kExpired, false)},
                          .missing_ids = {}};
  const auto report =
      Json(Ask(Method::kPost, "/api/groups/foyer/command?wait=true", R"({"type":"power.off"})"));
  EXPECT_EQ(report.at("total"), 3);
  EXPECT_EQ(report.at("results").at(0).at("status"), "ok");
  EXPECT_EQ(report.at("results").at(1).at("status"), "queued");
  EXPECT_EQ(report.at("results").at(2).at("status"), "timeout");
  EXPECT_EQ(fleet_.batches.back().group_id, "foyer");

  fleet_.done = absl::AlreadyExistsError("taken");
  EXPECT_EQ(Json(Ask(Method::kPost, "/api/groups", "{}")).at("error"), "group_exists");
  EXPECT_EQ(Json(Ask(Method::kPost, "/api/profiles", "{}")).at("error"), "profile_exists");
}

TEST_F(FleetRoutesTest, PresetsAreReplacedCompletely) {
  EXPECT_EQ(BodyOf(Ask(Method::kGet, "/api/admin/device-presets")), "[]");

  const Response put = Ask(Method::kPut, "/api/admin/device-presets", R"([{"key":"quiet"}])");
  EXPECT_EQ(BodyOf(put), R"({"ok":true,"count":1})");
  EXPECT_EQ(BodyOf(Ask(Method::kGet, "/api/admin/device-presets")), R"([{"key":"quiet"}])");

  EXPECT_EQ(Json(Ask(Method::kPut, "/api/admin/device-presets", "{}")).at("error"),
            "array_required");
  fleet_.done = absl::InvalidArgumentError("presets[0].key");
  EXPECT_EQ(Json(Ask(Method::kPut, "/api/admin/device-presets", "[{}]")).at("error"),
            "invalid_entries");
}

TEST_F(FleetRoutesTest, PreviewContainsNoSecret) {
  devices_.device = Named("a", "Foyer");
  settings_.BeginAnew();
  settings_.Apply({.device_ids = {"a"},
                   .identities = {},
                   .content_hash = "h",
                   .settings_json = R"({"clockWidget":false,"mediaServers":[{"token":"x"}]})",
                   .removed = false});

  const auto preview = Json(Ask(Method::kGet, "/api/devices/a/preview", "", {})).as_object();

  EXPECT_EQ(preview.at("settings").at("clockWidget"), false);
  EXPECT_FALSE(preview.at("settings").as_object().contains("mediaServers"));
}

}  // namespace
}  // namespace marquee::gateway
