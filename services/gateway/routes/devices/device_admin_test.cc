// Listing devices and sending commands.
#include "services/gateway/routes/devices/device_admin.h"

#include <gtest/gtest.h>

#include "services/gateway/testing/fakes.h"
#include "services/gateway/testing/route_test.h"

namespace marquee::gateway {
namespace {

class DeviceAdminTest : public RouteTest {
 protected:
  DeviceAdminTest() { routes_.AddTo(router_); }

  FakeDevices devices_;
  DeviceAdminRoutes routes_{devices_};
};

TEST_F(DeviceAdminTest, DeviceAdministrationRequiresAToken) {
  for (const Fields& fields :
       {Fields{}, Fields{{"Authorization", "Bearer wrong"}}, Fields{{"X-API-Key", "let-me-i"}},
        Fields{{"Authorization", "Digest let-me-in"}}}) {
    EXPECT_EQ(Get("/api/devices", fields).status, 401);
    EXPECT_EQ(Get("/api/devices/d", fields).status, 401);
    EXPECT_EQ(Post("/api/devices/d/command", R"({"type":"t"})", fields).status, 401);
  }
  devices_.device = Device{};
  EXPECT_EQ(Get("/api/devices", {{"Authorization", "Bearer let-me-in"}}).status, 200);
  EXPECT_EQ(Get("/api/devices/d", kWithToken).status, 200);
}

struct Sent {
  CommandState state;
  bool live;
  const char* query;
  int status;
  const char* body;
};
class SendingACommand : public DeviceAdminTest, public ::testing::WithParamInterface<Sent> {};
TEST_P(SendingACommand, ReturnsTheCommandStatus) {
  CommandSent sent;
  sent.live = GetParam().live;
  sent.command.id = "c";
  sent.command.type = "t";
  sent.command.state = GetParam().state;
  devices_.sent = sent;

  const Response answer =
      Post(std::string("/api/devices/d/command") + GetParam().query, R"({"type":"t"})", kWithToken);

  EXPECT_EQ(answer.status, GetParam().status);
  EXPECT_EQ(BodyOf(answer), GetParam().body);
}
INSTANTIATE_TEST_SUITE_P(
    Routes, SendingACommand,
    ::testing::Values(
        Sent{CommandState::kSent, true, "", 200, R"({"queued":false,"live":true})"},
        Sent{CommandState::kQueued, false, "", 200,
             R"({"queued":true,"live":false,"command":{"id":"c","type":"t","payload":{},"ts":0}})"},
        Sent{CommandState::kAcked, true, "?wait=true", 200,
             R"({"queued":false,"live":true,"ack":{"status":"ok","info":null}})"},
        Sent{CommandState::kFailed, true, "?wait=true", 200,
             R"({"queued":false,"live":true,"ack":{"status":"error","info":null}})"},
        Sent{CommandState::kCancelled, true, "?wait=true", 200,
             R"({"queued":false,"live":true,"ack":{"status":"error","info":null}})"},
        Sent{CommandState::kExpired, true, "?wait=true", 202,
             R"({"queued":false,"live":true,"ack":{"status":"timeout"}})"},
        Sent{CommandState::kSent, true, "?wait=true", 202,
             R"({"queued":false,"live":true,"ack":{"status":"timeout"}})"}));

TEST_F(DeviceAdminTest, CommandRequiresTypeAndDevice) {
  EXPECT_EQ(BodyOf(Post("/api/devices/d/command", "{}", kWithToken)),
            R"({"error":"type_required"})");
  EXPECT_EQ(Post("/api/devices/d/command", R"({"type":"t"})", kWithToken).status, 404);
}

}  // namespace
}  // namespace marquee::gateway
