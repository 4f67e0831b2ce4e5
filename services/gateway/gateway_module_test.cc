// End-to-end behaviour of the whole gateway, including displays and backends that disconnect.
#include "services/gateway/gateway_module.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <set>
#include <string>
#include <string_view>

#include "services/gateway/gateway_module_fixture.h"
#include "services/gateway/testing/raw_client.h"

namespace marquee::gateway {
namespace {

TEST_F(GatewayModuleTest, ServesPlaylistFromStream) {
  Start();
  // Without a playlist the request is held until the first version arrives.
  const auto media = Get(address_, "/get-media");
  EXPECT_EQ(media.status, 200);
  EXPECT_NE(media.body.find(R"("key":"local-b")"), std::string::npos);
  EXPECT_TRUE(gateway_->ready());
}

TEST_F(GatewayModuleTest, Returns202WhileBuildingWithoutStartupWait) {
  settings_.set_startup_wait("0s");
  playlist_.published = false;
  Start();
  EXPECT_EQ(Get(address_, "/get-media").status, 202);
  EXPECT_FALSE(gateway_->ready());
}

TEST_F(GatewayModuleTest, AssemblesImageFromPiecesAndCachesIt) {
  Start();
  const auto first = Get(address_, "/image?server=P&path=%2Fa.jpg&v=1");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.body, std::string(100'000, 'j'));
  EXPECT_EQ(first.Field("ETag"), "\"e1\"");
  EXPECT_EQ(first.Field("X-Cache"), "MISS");
  EXPECT_EQ(Get(address_, "/image?server=P&path=%2Fa.jpg&v=1").Field("X-Cache"), "HIT");
  EXPECT_EQ(Get(address_, "/image?server=P&path=%2Fa.jpg&v=1", "If-None-Match: \"e1\"\r\n").status,
            304);
}

TEST_F(GatewayModuleTest, RedirectsToFallbackImageWhenTheOriginFails) {
  Start();
  EXPECT_EQ(Get(address_, "/image?server=P&path=%2Forigin-away").status, 302);
}

TEST_F(GatewayModuleTest, CancelsTheFetchWhenTheDisplayDisconnects) {
  Start();
  RawClient client(address_);
  client.Send("GET /image?server=P&path=%2Fslow HTTP/1.1\r\nHost: x\r\n\r\n");
  images_.asked.get_future().wait();

  client.Reset();

  EXPECT_EQ(images_.cancelled.get_future().wait_for(std::chrono::seconds(10)),
            std::future_status::ready);
}

TEST_F(GatewayModuleTest, StreamsALargeFile) {
  Start();
  const auto answer = Get(address_, "/local-media/motion/a.mp4");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, std::string(FakeArtworkService::kPieces * 65536, 'm'));
  EXPECT_EQ(Get(address_, "/local-media/absent.jpg").status, 404);
}

TEST_F(GatewayModuleTest, DisconnectDuringFileTransferDoesNotAffectOthers) {
  Start();
  {
    RawClient client(address_);
    client.Send("GET /local-media/motion/a.mp4 HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.Read(1000).size(), 1000U);
    client.Reset();
  }
  EXPECT_EQ(Get(address_, "/health").status, 200);
}

TEST_F(GatewayModuleTest, ForwardsHeartbeatsWithState) {
  Start();
  RawClient client(address_);
  const std::string body = R"({"deviceId":"d","secret":"right","status":{"title":"Alien"}})";
  client.Send("POST /api/devices/heartbeat HTTP/1.1\r\nHost: x\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_NE(client.ReadAnswer()->body.find(R"("id":"Alien")"), std::string::npos);
}

TEST_F(GatewayModuleTest, DeliversCommandToSocketAndReturnsAcknowledgement) {
  Start();
  RawClient client(address_);
  client.Send(
      "GET /ws/devices HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  const auto send = [&](const std::string& text) {
    client.Send(std::string("\x81") + static_cast<char>(0x80 | text.size()) + std::string(4, '\0') +
                text);
  };
  std::string seen;
  const auto read_until = [&](std::string_view text) {
    while (seen.find(text) == std::string::npos) {
      const std::string byte = client.Read(1);
      if (byte.empty()) break;
      seen += byte;
    }
    return seen.find(text) != std::string::npos;
  };
  ASSERT_TRUE(read_until("\r\n\r\n")) << seen;

  send(R"({"kind":"hello","deviceId":"tv","secret":"right"})");
  ASSERT_TRUE(read_until("playback.next")) << seen;
  EXPECT_NE(seen.find("hello-ack"), std::string::npos);

  send(R"({"kind":"ack","id":"c1","status":"ok"})");

  auto acknowledged = devices_.acknowledged.get_future();
  ASSERT_EQ(acknowledged.wait_for(std::chrono::seconds(10)), std::future_status::ready);
  EXPECT_EQ(acknowledged.get(), "c1");
}

TEST_F(GatewayModuleTest, ServesCachedContentWhenBackendsEnd) {
  over_tcp_ = true;
  Start();
  EXPECT_EQ(Get(address_, "/get-media").status, 200);
  EXPECT_EQ(Get(address_, "/image?server=P&path=%2Fa.jpg&v=1").status, 200);

  server_->Drain(clock_.Now());

  EXPECT_EQ(Get(address_, "/get-media?count=1").status, 200);
  EXPECT_EQ(Get(address_, "/image?server=P&path=%2Fa.jpg&v=1").status, 200);
  EXPECT_EQ(Get(address_, "/image?server=P&path=%2Fother.jpg&v=1").status, 503);
  EXPECT_EQ(Get(address_, "/wallart").status, 200);
  EXPECT_TRUE(gateway_->ready());
}

TEST_F(GatewayModuleTest, DrainEndsWithAnImageRequestInProgress) {
  Start();
  RawClient client(address_);
  client.Send("GET /image?server=P&path=%2Fslow HTTP/1.1\r\nHost: x\r\n\r\n");
  images_.asked.get_future().wait();

  gateway_->Drain(clock_.Now() + absl::Milliseconds(50));

  EXPECT_FALSE(gateway_->ready());
}

TEST_F(GatewayModuleTest, CacheableResponsesNeverSetCookies) {
  settings_.mutable_limits()->set_api_per_minute(0);
  Start();
  std::set<std::string> kept;
  for (const Router::Listed& route : gateway_->routes()) {
    if (route.method != Method::kGet || route.pattern.empty()) continue;
    if (route.pattern == "/api/admin/events") continue;  // a stream without end
    std::string target = route.pattern;
    for (const char* part : {"/*", "/:id", "/:key"}) {
      if (const size_t at = target.find(part); at != std::string::npos) {
        target.replace(at, std::string_view(part).size(), "/wallart.html");
      }
    }
    for (const char* query : {"", "?v=1", "?server=P&path=%2Fa.jpg&v=1", "?text=a"}) {
      const auto answer = Get(address_, target + query);
      const std::string cache = answer.Field("Cache-Control") + answer.Field("CDN-Cache-Control") +
                                answer.Field("Surrogate-Control");
      const bool may_keep =
          cache.find("public") != std::string::npos || cache.find("max-age") != std::string::npos;
      if (may_keep) kept.insert(route.pattern);
      const bool page = answer.Field("Content-Type").starts_with("text/html") &&
                        cache.find("private") != std::string::npos;
      const std::string cookie = answer.Field("Set-Cookie");
      EXPECT_TRUE(!cookie.starts_with("pr_iid=") || page) << target << query << answer.head;
      EXPECT_TRUE(cookie.empty() || cache.find("private") != std::string::npos ||
                  cache.find("no-store") != std::string::npos)
          << target << query << answer.head;
      EXPECT_FALSE(may_keep && !cookie.empty()) << target << query;
    }
  }
  EXPECT_TRUE(kept.contains("/image")) << "the test saw no cacheable response";
  EXPECT_TRUE(kept.contains("/get-media"));
}

TEST_F(GatewayModuleTest, ServesBelowABasePath) {
  settings_.set_base_path("/wall/");
  settings_.mutable_root()->set_target("wallart");
  Start();
  const auto media = Get(address_, "/wall/get-media");
  EXPECT_EQ(media.status, 200);
  EXPECT_NE(media.body.find("\"/wall/image?server=P"), std::string::npos) << media.body;
  EXPECT_EQ(Get(address_, "/get-media").Field("ETag"), media.Field("ETag"));
  EXPECT_EQ(Get(address_, "/wall/image?server=P&path=%2Fa.jpg&v=1").status, 200);
  EXPECT_EQ(Get(address_, "/wall/").Field("Location"), "/wall/wallart");
  EXPECT_EQ(Get(address_, "/wall?a=1").Field("Location"), "/wall/?a=1");
  EXPECT_NE(Get(address_, "/wall/wallart").Field("Set-Cookie").find("; Path=/wall;"),
            std::string::npos);
  EXPECT_EQ(Get(address_, "/wallpaper").status, 404);

  RawClient client(address_);
  client.Send(
      "GET /wall/ws/devices HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  EXPECT_EQ(client.Read(12), "HTTP/1.1 101");
}

TEST_F(GatewayModuleTest, ErrorNamesTheInvalidSetting) {
  const auto create = [&] {
    const auto channel = server_->InProcessChannel();
    return GatewayModule::Create(settings_, {.clock = clock_,
                                             .logger = logger_,
                                             .metrics = metrics_,
                                             .playlist = channel,
                                             .imageproc = channel,
                                             .devices = channel,
                                             .version = "",
                                             .ops_elsewhere = false})
        .status()
        .ToString();
  };
  for (const char* base : {"wall", "/admin", "/wallart/x", "/a b"}) {
    settings_.set_base_path(base);
    EXPECT_NE(create().find(std::string("base_path: \"") + base), std::string::npos) << base;
  }
  settings_.clear_base_path();
  settings_.mutable_browsers()->add_allowed_origins("https://wall.example/");
  EXPECT_NE(create().find("browsers.allowed_origins: \"https://wall.example/\""),
            std::string::npos);
  settings_.mutable_browsers()->clear_allowed_origins();
  settings_.add_unmanaged_networks("10.0.0.0/99");
  EXPECT_NE(create().find("unmanaged_networks: \"10.0.0.0/99\""), std::string::npos);
  settings_.clear_unmanaged_networks();
  settings_.set_web_dir("/no/such/folder");
  EXPECT_NE(create().find("/no/such/folder"), std::string::npos);
}

TEST_F(GatewayModuleTest, BoundsWebSocketsByTheAddressThatATrustedProxyNames) {
  settings_.add_trusted_proxies("127.0.0.1");
  settings_.mutable_http()->set_max_connections_per_address(1);
  settings_.mutable_http()->set_max_websockets_per_address(1);
  Start();
  std::vector<std::unique_ptr<RawClient>> held;
  const auto upgrade = [&](const std::string& client) {
    held.push_back(std::make_unique<RawClient>(address_));
    held.back()->Send(
        "GET /ws/devices HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "X-Forwarded-For: " +
        client + "\r\n\r\n");
    return held.back()->Read(12);
  };

  EXPECT_EQ(upgrade("203.0.113.1"), "HTTP/1.1 101");
  EXPECT_EQ(upgrade("203.0.113.1"), "HTTP/1.1 503");
  EXPECT_EQ(upgrade("203.0.113.2"), "HTTP/1.1 101");
  EXPECT_EQ(upgrade("2001:db8:1:1::1"), "HTTP/1.1 101");
  EXPECT_EQ(upgrade("2001:db8:1:1::2"), "HTTP/1.1 503");
}

TEST_F(GatewayModuleTest, BoundsConnectionsOfAnAddressThatIsNoProxy) {
  settings_.mutable_http()->set_max_connections_per_address(1);
  Start();
  RawClient first(address_);
  first.Send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(first.ReadAnswer());

  EXPECT_EQ(RawClient(address_).ReadAnswer()->status, 503);
  EXPECT_TRUE(
      RawClient(address_, {.from = "127.0.0.2"}).Send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n"));
}

TEST_F(GatewayModuleTest, AnAdministratorsAddressGetsConnectionsWhenStrangersHoldAllOthers) {
  settings_.mutable_http()->set_max_connections(16);
  settings_.mutable_http()->set_reserved_connections(4);
  settings_.mutable_admin()->set_token("a token of the settings file");
  Start();
  const std::string administration =
      "GET /api/admin/session HTTP/1.1\r\nHost: x\r\n"
      "Authorization: Bearer a token of the settings file\r\n\r\n";
  {
    RawClient owner(address_, {.from = "127.0.0.2"});
    owner.Send(administration);
    ASSERT_EQ(owner.ReadAnswer()->status, 200);
  }
  std::vector<std::unique_ptr<RawClient>> strangers;
  for (int i = 0; i < 40; ++i) {
    strangers.push_back(std::make_unique<RawClient>(
        address_, RawClient::Options{.from = "127.0.1." + std::to_string(1 + i)}));
    strangers.back()->Send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    strangers.back()->ReadAnswer();
  }
  EXPECT_EQ(RawClient(address_, {.from = "127.0.2.1"}).ReadAnswer()->status, 503);

  RawClient owner(address_, {.from = "127.0.0.2"});
  owner.Send(administration);

  EXPECT_EQ(owner.ReadAnswer()->status, 200);
}

}  // namespace
}  // namespace marquee::gateway
