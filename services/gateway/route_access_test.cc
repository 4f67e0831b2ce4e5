// Who may use each route of the gateway, and that routes of both API versions that do the same
// require the same.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "services/gateway/clients/api_descriptors.h"
#include "services/gateway/gateway_module_fixture.h"
#include "services/gateway/testing/raw_client.h"

namespace marquee::gateway {
namespace {

// When you add a route, add it to one of these. kMetrics and kRead must not reveal a code, a
// credential or anything else that lets a reader act as another user.
const std::map<std::string, Access> kClosed = {
    {"GET /api/v1/metrics/performance", Access::kMetrics},
    {"GET /api/v1/metrics/endpoints", Access::kMetrics},
    {"GET /api/v1/metrics/errors", Access::kMetrics},
    {"GET /api/v1/metrics/cache", Access::kMetrics},
    {"GET /api/v1/metrics/system", Access::kMetrics},
    {"GET /api/v1/metrics/realtime", Access::kMetrics},
    {"GET /api/v1/metrics/dashboard", Access::kMetrics},
    {"GET /api/v1/metrics/history", Access::kMetrics},
    {"GET /api/v1/metrics/export", Access::kMetrics},
    {"GET /api/admin/performance", Access::kMetrics},
    {"GET /api/admin/cache/stats", Access::kRead},
    {"GET /api/admin/cache-stats", Access::kRead},
    {"GET /api/admin/cache/metrics", Access::kRead},
    {"GET /api/admin/cache/metrics/summary", Access::kRead},
    {"GET /api/admin/cache/recommendations", Access::kRead},
    {"GET /api/admin/config", Access::kRead},
    {"GET /api/admin/debug-cache", Access::kRead},
    {"GET /api/admin/device-presets", Access::kRead},
    {"GET /api/admin/events", Access::kRead},
    {"GET /api/admin/logs", Access::kRead},
    {"GET /api/admin/logs/level", Access::kRead},
    {"GET /api/admin/source-status", Access::kRead},
    {"GET /api/admin/status", Access::kRead},
    {"GET /api/admin/version", Access::kRead},
    {"GET /api/devices", Access::kRead},
    {"GET /api/devices/:id", Access::kRead},
    {"GET /api/groups", Access::kRead},
    {"GET /api/groups/:id", Access::kRead},
    {"GET /api/media/fallback-metrics", Access::kRead},
    {"GET /api/profiles", Access::kRead},
    {"GET /api/profiles/:id", Access::kRead},
    {"GET /api/v2/*", Access::kRead},  // each method its own: api_descriptors_test.cc
    {"POST /api/admin/refresh-media", Access::kOperate},
    {"POST /api/admin/reset-refresh", Access::kOperate},
    {"POST /api/devices/:id/command", Access::kOperate},
    {"POST /api/devices/clear-reload", Access::kOperate},
    {"POST /api/devices/command", Access::kOperate},
    {"POST /api/groups/:id/command", Access::kOperate},
    {"POST /api/profiles/:id/command", Access::kOperate},
    {"POST /api/v1/devices/reload", Access::kOperate},
    {"DELETE /api/v2/*", Access::kOperate},
    {"PATCH /api/v2/*", Access::kOperate},
    {"POST /api/v2/*", Access::kOperate},
    {"PUT /api/v2/*", Access::kOperate},
    {"DELETE /api/devices/:id", Access::kAdmin},
    {"DELETE /api/groups/:id", Access::kAdmin},
    {"DELETE /api/profiles/:id", Access::kAdmin},
    {"GET /api/admin/api-key", Access::kAdmin},
    {"GET /api/admin/api-key/status", Access::kAdmin},
    {"GET /api/admin/session", Access::kAdmin},
    {"GET /api/devices/pairing-codes/active", Access::kAdmin},
    {"GET /api/devices/resembling", Access::kAdmin},
    {"GET /api/devices/unknown", Access::kAdmin},
    {"GET /api/devices/waiting", Access::kAdmin},
    {"PATCH /api/devices/:id", Access::kAdmin},
    {"PATCH /api/groups/:id", Access::kAdmin},
    {"PATCH /api/profiles/:id", Access::kAdmin},
    {"POST /api/admin/2fa/disable", Access::kAdmin},
    {"POST /api/admin/2fa/generate", Access::kAdmin},
    {"POST /api/admin/2fa/verify", Access::kAdmin},
    {"POST /api/admin/api-key/generate", Access::kAdmin},
    {"POST /api/admin/api-key/revoke", Access::kAdmin},
    {"POST /api/admin/cache/clear", Access::kAdmin},
    {"POST /api/admin/cache/reset", Access::kAdmin},
    {"POST /api/admin/change-password", Access::kAdmin},
    {"POST /api/admin/cleanup-cache", Access::kAdmin},
    {"POST /api/admin/clear-image-cache", Access::kAdmin},
    {"POST /api/admin/config", Access::kAdmin},
    {"POST /api/admin/jellyfin-libraries", Access::kAdmin},
    {"POST /api/admin/logs/level", Access::kAdmin},
    {"POST /api/admin/plex-libraries", Access::kAdmin},
    {"POST /api/admin/romm-platforms", Access::kAdmin},
    {"POST /api/admin/test-jellyfin", Access::kAdmin},
    {"POST /api/admin/test-plex", Access::kAdmin},
    {"POST /api/admin/test-romm", Access::kAdmin},
    {"POST /api/admin/test-tmdb", Access::kAdmin},
    {"POST /api/devices/:id/approve", Access::kAdmin},
    {"POST /api/devices/:id/merge", Access::kAdmin},
    {"POST /api/devices/:id/pairing-code", Access::kAdmin},
    {"POST /api/devices/approve", Access::kAdmin},
    {"POST /api/devices/resembling/merge", Access::kAdmin},
    {"POST /api/devices/unknown/adopt", Access::kAdmin},
    {"POST /api/devices/unknown/reject", Access::kAdmin},
    {"POST /api/groups", Access::kAdmin},
    {"POST /api/profiles", Access::kAdmin},
    {"PUT /api/admin/device-presets", Access::kAdmin},
};

// Open routes that change something or lie below /api or /admin. Pages, playlists and images are
// open, too.
const std::set<std::string> kOpen = {
    "GET /admin",
    "GET /admin/*",
    "GET /admin/2fa-verify",
    "GET /admin/login",
    "GET /admin/setup",
    "GET /api/admin/setup",  // whether an account exists
    "GET /api/devices/:id/preview",
    "GET /api/devices/bypass-check",
    "GET /api/health",
    "GET /api/jellyfin/sessions",  // titles only, if now_playing.public
    "GET /api/media/lookup",
    "GET /api/plex/sessions",
    "GET /api/qr",
    "GET /api/v1/config",
    "GET /api/v1/devices/bypass-status",
    "GET /api/v1/media",
    "GET /api/v1/media/:key",
    "GET /api/version",
    "POST /2fa-verify",
    "POST /admin/2fa-verify",
    "POST /admin/login",
    "POST /admin/logout",
    "POST /admin/setup",
    "POST /api/devices/check",
    "POST /api/devices/heartbeat",
    "POST /api/devices/pair",
    "POST /api/devices/register",
    "POST /api/v1/metrics/track-display",
    "POST /csp-report",
    "POST /login",
    "POST /logout",
    "POST /setup",
};

// Routes of both versions that show or do the same.
const std::vector<std::pair<std::string, std::string>> kSame = {
    {"GET /api/devices", "GET /api/v2/devices"},
    {"GET /api/devices/:id", "GET /api/v2/devices/{device_id}"},
    {"PATCH /api/devices/:id", "PATCH /api/v2/devices/{device.id}"},
    {"DELETE /api/devices/:id", "DELETE /api/v2/devices/{device_id}"},
    {"POST /api/devices/:id/merge", "POST /api/v2/devices/{target_id}:merge"},
    {"GET /api/devices/pairing-codes/active", "GET /api/v2/pairingCodes"},
    {"POST /api/devices/:id/pairing-code", "POST /api/v2/devices/{device_id}/pairingCodes"},
    {"GET /api/devices/waiting", "GET /api/v2/waitingDevices"},
    {"POST /api/devices/approve", "POST /api/v2/waitingDevices:approve"},
    {"GET /api/devices/unknown", "GET /api/v2/unknownDisplays"},
    {"POST /api/devices/unknown/adopt", "POST /api/v2/unknownDisplays:adopt"},
    {"POST /api/devices/unknown/reject", "POST /api/v2/unknownDisplays:reject"},
    {"POST /api/devices/:id/command", "POST /api/v2/devices/{device_id}/commands"},
    {"POST /api/devices/command", "POST /api/v2/commands:batchSend"},
    {"GET /api/groups", "GET /api/v2/groups"},
    {"POST /api/groups", "POST /api/v2/groups"},
    {"PATCH /api/groups/:id", "PATCH /api/v2/groups/{group.id}"},
    {"DELETE /api/groups/:id", "DELETE /api/v2/groups/{group_id}"},
    {"GET /api/profiles", "GET /api/v2/profiles"},
    {"POST /api/profiles", "POST /api/v2/profiles"},
    {"PATCH /api/profiles/:id", "PATCH /api/v2/profiles/{profile.id}"},
    {"DELETE /api/profiles/:id", "DELETE /api/v2/profiles/{profile_id}"},
    {"GET /api/admin/config", "GET /api/v2/settings/{document_id}"},
    {"POST /api/admin/config", "PUT /api/v2/settings/{document_id}"},
    {"GET /api/admin/source-status", "GET /api/v2/sources"},
    {"POST /api/admin/test-plex", "POST /api/v2/sources:test"},
    {"POST /api/admin/plex-libraries", "POST /api/v2/sources:libraries"},
    {"POST /api/admin/refresh-media", "POST /api/v2/playlist:refresh"},
    {"POST /api/admin/clear-image-cache", "POST /api/v2/images:purge"},
    {"POST /api/admin/api-key/generate", "POST /api/v2/tokens"},
    {"POST /api/admin/api-key/revoke", "DELETE /api/v2/tokens/{token_id}"},
};

bool MustBeNamed(const Router::Listed& route) {
  return route.method != Method::kGet || route.pattern.starts_with("/api") ||
         route.pattern.starts_with("/admin");
}

// With the parts without which some routes do not exist.
class RouteAccessTest : public GatewayModuleTest {
 protected:
  RouteAccessTest() {
    web_.Write("admin.html", "<!doctype html>");
    log_ = &json_log_;
  }
  // `gateway_` uses `json_log_`, which is destroyed before the base class.
  void TearDown() override {
    if (gateway_) gateway_->Drain(clock_.Now() + absl::Seconds(5));
    gateway_.reset();
  }

  std::map<std::string, Access> Found() {
    std::map<std::string, Access> found;
    for (const Router::Listed& route : gateway_->routes()) {
      if (route.access < Access::kMetrics && !MustBeNamed(route)) continue;
      found[fmt::format("{} {}", MethodName(route.method), route.pattern)] = route.access;
    }
    return found;
  }

 private:
  obs::JsonLogger json_log_{"test", obs::Level::kError, metrics_};
};

TEST_F(RouteAccessTest, MatchesTheTable) {
  Start();
  const auto found = Found();
  for (const auto& [route, access] : found) {
    if (access < Access::kMetrics) {
      EXPECT_TRUE(kOpen.contains(route)) << route << " is open and not in the table";
      continue;
    }
    const auto expected = kClosed.find(route);
    ASSERT_NE(expected, kClosed.end()) << route << " is not in the table";
    EXPECT_EQ(access, expected->second) << route;
  }
  for (const auto& [route, access] : kClosed) EXPECT_TRUE(found.contains(route)) << route;
  for (const std::string& route : kOpen) EXPECT_TRUE(found.contains(route)) << route;
}

TEST_F(RouteAccessTest, RoutesThatDoTheSameRequireTheSameScope) {
  Start();
  const std::map<Scope, Access> required{{Scope::kMetrics, Access::kMetrics},
                                         {Scope::kRead, Access::kRead},
                                         {Scope::kOperate, Access::kOperate},
                                         {Scope::kAdmin, Access::kAdmin}};
  std::map<std::string, Scope> rest;
  const ApiDescriptors api;
  for (const RestBinding& binding : api.bindings()) {
    rest[fmt::format("{} {}", MethodName(binding.verb), binding.path)] = binding.scope;
  }
  const auto found = Found();
  for (const auto& [route, method] : kSame) {
    ASSERT_TRUE(found.contains(route) && rest.contains(method)) << route << ", " << method;
    EXPECT_EQ(found.at(route), required.at(rest.at(method))) << route << ", " << method;
  }
}

TEST_F(RouteAccessTest, ClosedRoutesAnswer401WithoutCredentials) {
  settings_.mutable_limits()->set_failures_per_15_minutes(0);
  Start();
  RawClient client(address_);
  for (const auto& [route, access] : kClosed) {
    std::string line = route;
    for (const char* part : {"/*", "/:id"}) {
      if (const size_t at = line.find(part); at != std::string::npos) {
        line.replace(at, std::string_view(part).size(), "/x");
      }
    }
    client.Send(line + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
    const auto answer = client.ReadAnswer();
    ASSERT_TRUE(answer) << route;
    EXPECT_EQ(answer->status, 401) << route;
  }
}

}  // namespace
}  // namespace marquee::gateway
