// Registration, check and heartbeat of displays.
#include "services/gateway/routes/devices/devices.h"

#include <gtest/gtest.h>

#include "libs/rpc/error_info.h"
#include "services/gateway/testing/fakes.h"
#include "services/gateway/testing/route_test.h"

namespace marquee::gateway {
namespace {

class DeviceRoutesTest : public RouteTest {
 protected:
  DeviceRoutesTest() { routes_.AddTo(router_); }

  FakeDevices devices_;
  const AddressList bypass_ = AddressList::Parse({"203.0.113.0/24"}).value();
  FixedWindow limit_{{}, clock_};
  const RegistrationRule registration_ = RegistrationRule::Create("auto", false).value();
  DeviceRoutes routes_{{.clock = clock_,
                        .devices = devices_,
                        .register_limit = limit_,
                        .bypass = bypass_,
                        .registration = registration_}};
};

TEST_F(DeviceRoutesTest, PrefersInstallIdOfHeaderToBodyAndCookie) {
  const Response answer =
      Post("/api/devices/register", R"({"installId":"body","hardwareId":"hw-1","name":"Hall"})",
           {{"Cookie", "pr_iid=cookie"}, {"X-Install-Id", "header"}});

  EXPECT_EQ(BodyOf(answer),
            R"({"deviceId":"device-1","secret":"secret-1","message":"registered"})");
  EXPECT_EQ(answer.headers.Get("RateLimit-Policy"), "10;w=60");
  EXPECT_EQ(answer.headers.Get("RateLimit-Remaining"), "9");
  EXPECT_EQ(devices_.last_register.identity.install_id, "header");
  EXPECT_EQ(devices_.last_register.identity.hardware_id, "hw-1");
  EXPECT_EQ(devices_.last_register.identity.cookie_id, "cookie");
  EXPECT_EQ(devices_.last_register.name, "Hall");
}

TEST_F(DeviceRoutesTest, ACookieThatIsTheInstallIdIsNoSecondOne) {
  Post("/api/devices/register", "{}", {{"Cookie", "pr_iid=only"}});
  EXPECT_EQ(devices_.last_register.identity.install_id, "only");
  EXPECT_EQ(devices_.last_register.identity.cookie_id, "");

  Post("/api/devices/register", "{}", {{"Cookie", "pr_iid=same"}, {"X-Install-Id", "same"}});
  EXPECT_EQ(devices_.last_register.identity.cookie_id, "");
}

TEST_F(DeviceRoutesTest, RejectsTheEleventhRegistrationInAMinute) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(Post("/api/devices/register", "{}").status, 200);

  const Response refused = Post("/api/devices/register", "{}");

  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(Json(refused).at("path"), "/register");
  EXPECT_EQ(Json(refused).at("retryAfter"), 60);
  clock_.Advance(absl::Seconds(61));
  EXPECT_EQ(Post("/api/devices/register", "{}").status, 200);
}

TEST_F(DeviceRoutesTest, UncertainErrorsYield503Not401) {
  for (const absl::Status& doubt :
       {absl::UnavailableError("x"), absl::DeadlineExceededError("x"), absl::InternalError("x"),
        absl::ResourceExhaustedError("x"), absl::NotFoundError("x")}) {
    devices_.heartbeat = doubt;
    devices_.checked = doubt;
    devices_.registered = doubt;
    EXPECT_EQ(Post("/api/devices/heartbeat", R"({"deviceId":"d","secret":"s"})").status, 503);
    EXPECT_EQ(Post("/api/devices/check", R"({"deviceId":"d","secret":"s"})").status, 503);
    EXPECT_EQ(Post("/api/devices/register", "{}").status, 503);
  }
}

TEST_F(DeviceRoutesTest, CheckReturnsTheFiveResults) {
  EXPECT_EQ(BodyOf(Post("/api/devices/check", "{}", {{"Cookie", "pr_iid=x"}})),
            R"({"error":"missing_device_identifier"})");
  devices_.checked = Checked{CheckOutcome::kNotFound, ""};
  EXPECT_EQ(BodyOf(Post("/api/devices/check", R"({"deviceId":"d"})")),
            R"({"valid":false,"isRegistered":false,"reason":"device_not_found"})");
  devices_.checked = Checked{CheckOutcome::kSecretRequired, "d"};
  EXPECT_EQ(BodyOf(Post("/api/devices/check", "{}", {{"X-Hardware-Id", "hw"}})),
            R"({"valid":false,"isRegistered":true,"deviceId":"d","reason":"secret_required"})");
  devices_.checked = Checked{CheckOutcome::kValid, "d"};
  EXPECT_EQ(BodyOf(Post("/api/devices/check", R"({"deviceId":"d","secret":"s"})")),
            R"({"valid":true,"isRegistered":true,"deviceId":"d"})");
  devices_.checked = absl::UnauthenticatedError("wrong");
  const Response wrong = Post("/api/devices/check", R"({"deviceId":"d","secret":"s"})");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(Json(wrong).at("error"), "invalid_secret");
}

TEST_F(DeviceRoutesTest, HeartbeatStoresStateAndReturnsCommandsUnderBothNames) {
  Command command;
  command.id = "c1";
  command.type = "playback.next";
  command.created_at = absl::FromUnixMillis(1234);
  devices_.heartbeat = HeartbeatReply{{command}, true};

  const Response answer = Post(
      "/api/devices/heartbeat",
      R"({"deviceId":"d","secret":"s","userAgent":"TV","status":{"screen":{"w":1920,"h":1080,"dpr":1},"mode":"wallart","title":"Alien"}})");

  const std::string commands = R"([{"id":"c1","type":"playback.next","payload":{},"ts":1234}])";
  EXPECT_EQ(BodyOf(answer), R"({"ok":true,"reload":true,"queuedCommands":)" + commands +
                                R"(,"commandsQueued":)" + commands + "}");
  EXPECT_EQ(devices_.last_heartbeat.client_info.screen_width, 1920);
  EXPECT_EQ(devices_.last_heartbeat.client_info.mode, "wallart");
  EXPECT_NE(devices_.last_heartbeat.state_json.find("Alien"), std::string::npos);
}

TEST_F(DeviceRoutesTest, TooLargeOrMalformedHeartbeatsYieldClientErrors) {
  const std::string large =
      R"({"deviceId":"d","secret":"s","status":{"x":")" + std::string(70'000, 'x') + R"("}})";
  EXPECT_EQ(Post("/api/devices/heartbeat", large).status, 413);
  devices_.heartbeat = absl::InvalidArgumentError("state is not an object");
  EXPECT_EQ(Post("/api/devices/heartbeat", R"({"deviceId":"d","secret":"s"})").status, 400);
}

TEST_F(DeviceRoutesTest, HeartbeatYields401OnlyForDefiniteErrors) {
  EXPECT_EQ(BodyOf(Post("/api/devices/heartbeat", "{}")), R"({"error":"missing_credentials"})");
  devices_.heartbeat = rpc::WithReason(absl::UnauthenticatedError("x"), "DEVICE_NOT_FOUND");
  const Response unknown = Post("/api/devices/heartbeat", R"({"deviceId":"d","secret":"s"})");
  EXPECT_EQ(unknown.status, 401);
  EXPECT_EQ(BodyOf(unknown), R"({"error":"device_not_found"})");
}

TEST_F(DeviceRoutesTest, BypassCheckReportsUnmanagedAddresses) {
  EXPECT_EQ(BodyOf(Get("/api/devices/bypass-check")), R"({"bypass":false,"ip":"192.0.2.7"})");
}

TEST_F(DeviceRoutesTest, UnknownDisplayYields503Not401) {
  const absl::Status unknown = rpc::WithReason(absl::UnavailableError("unknown"), "UNKNOWN_DEVICE",
                                               {{"store_id", "store-2"}});
  devices_.heartbeat = unknown;
  devices_.checked = unknown;
  for (const char* path : {"/api/devices/heartbeat", "/api/devices/check"}) {
    const Response answer = Post(path, R"({"deviceId":"d","secret":"s"})");
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(Json(answer).at("error"), "unknown_device");
    EXPECT_EQ(Json(answer).at("storeId"), "store-2");
    EXPECT_EQ(answer.headers.Get("Retry-After"), "20");
  }
}

TEST_F(DeviceRoutesTest, ResponsesNameTheDeviceStore) {
  devices_.registered = Registered{"device-1", "secret-1", "Screen", "store-1", "123456"};
  const Response registered = Post("/api/devices/register", "{}");
  EXPECT_EQ(Json(registered).at("storeId"), "store-1");
  EXPECT_EQ(Json(registered).at("approvalCode"), "123456");
  devices_.heartbeat = HeartbeatReply{{}, false, "store-1", ""};
  const Response beat = Post("/api/devices/heartbeat", R"({"deviceId":"d","secret":"s"})");
  EXPECT_EQ(beat.headers.Get("X-Store-Id"), "store-1");
}

TEST_F(DeviceRoutesTest, Yields403WhenRegistrationIsClosed) {
  devices_.registered =
      rpc::WithReason(absl::PermissionDeniedError("closed"), "REGISTRATION_CLOSED");
  const Response refused = Post("/api/devices/register", "{}");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(Json(refused).at("error"), "registration_closed");
}

TEST_F(DeviceRoutesTest, RegistrationFromAPublicAddressNeedsApproval) {
  Post("/api/devices/register", "{}");  // from 192.0.2.7
  EXPECT_EQ(devices_.last_register.origin.address, "192.0.2.7");
  EXPECT_EQ(devices_.last_register.origin.policy, RegistrationPolicy::kApprove);
}

TEST(RegistrationRuleTest, DecidesBySettingAddressAndPublicUrl) {
  const auto policy = [](std::string_view setting, bool has_public_url, const std::string& from) {
    Request request;
    request.remote_ip = from;
    return RegistrationRule::Create(setting, has_public_url)->OriginOf(request).policy;
  };
  for (const char* own : {"127.0.0.1", "::1", "10.1.2.3", "172.20.0.1", "192.168.1.7", "fd00::7",
                          "fe80::1", "169.254.3.4", "100.64.0.9"}) {
    EXPECT_EQ(policy("auto", false, own), RegistrationPolicy::kOpen) << own;
    EXPECT_EQ(policy("auto", true, own), RegistrationPolicy::kApprove) << own;
    EXPECT_EQ(policy("closed", false, own), RegistrationPolicy::kClosed) << own;
  }
  for (const char* other : {"203.0.113.9", "2001:db8::1", "172.32.0.1", "", "nonsense"}) {
    EXPECT_EQ(policy("auto", false, other), RegistrationPolicy::kApprove) << other;
    EXPECT_EQ(policy("open", true, other), RegistrationPolicy::kOpen) << other;
  }
  EXPECT_FALSE(RegistrationRule::Create("sometimes", false).ok());
}

}  // namespace
}  // namespace marquee::gateway
