// A real WebSocket endpoint for displays and a hand-written client, for tests.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "libs/testing/capturing_logger.h"
#include "services/gateway/http/http_server.h"
#include "services/gateway/testing/fakes.h"
#include "services/gateway/testing/raw_client.h"
#include "services/gateway/ws/device_socket.h"
#include "services/gateway/ws/event_feed.h"

namespace marquee::gateway {

// A minimal WebSocket client (RFC 6455): frames masked with zeros, no extensions.
class Display {
 public:
  // `early`: bytes sent in one packet with the upgrade request.
  explicit Display(const std::string& address, const std::string& early = "",
                   const std::string& key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")
      : client_(address) {
    client_.Send(
        "GET /ws/devices HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\n" +
        key + "\r\n" + early);
    std::string head;
    while (!head.ends_with("\r\n\r\n")) {
      const std::string byte = client_.Read(1);
      if (byte.empty()) break;
      head += byte;
    }
    head_ = head;
    upgraded_ = head.starts_with("HTTP/1.1 101");
  }

  bool upgraded() const { return upgraded_; }
  const std::string& head() const { return head_; }
  // false: the peer has closed or reset the connection.
  bool Raw(const std::string& bytes) { return client_.Send(bytes); }
  void Hello(const std::string& device, const std::string& secret) {
    Text(R"({"kind":"hello","deviceId":")" + device + R"(","secret":")" + secret + R"("})");
  }
  void Text(const std::string& text) { Frame(0x81, text); }
  void Frame(int first, const std::string& payload) { Raw(FrameOf(first, payload)); }
  static std::string FrameOf(int first, const std::string& payload) {
    std::string frame(1, static_cast<char>(first));
    // The shortest form of the length, as RFC 6455 requires.
    const int extended = payload.size() < 126 ? 0 : payload.size() < 65536 ? 2 : 8;
    frame += static_cast<char>(0x80 | (extended == 0   ? static_cast<int>(payload.size())
                                       : extended == 2 ? 126
                                                       : 127));
    for (int shift = (extended - 1) * 8; shift >= 0; shift -= 8) {
      frame += static_cast<char>((static_cast<uint64_t>(payload.size()) >> shift) & 0xff);
    }
    return frame + std::string(4, '\0') + payload;
  }

  struct Received {
    int opcode = -1;  // -1: the connection ended
    std::string payload;
    int close_code() const {
      return opcode == 8 && payload.size() >= 2 ? (static_cast<unsigned char>(payload[0]) << 8) |
                                                      static_cast<unsigned char>(payload[1])
                                                : -1;
    }
    std::string close_reason() const { return payload.size() > 2 ? payload.substr(2) : ""; }
  };
  Received Read() {
    const std::string head = client_.Read(2);
    if (head.size() < 2) return {};
    size_t length = static_cast<unsigned char>(head[1]) & 0x7fU;
    const int extended = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (extended > 0) {
      length = 0;
      for (const char c : client_.Read(static_cast<size_t>(extended))) {
        length = (length << 8) | static_cast<unsigned char>(c);
      }
    }
    return {static_cast<unsigned char>(head[0]) & 0x0f, client_.Read(length)};
  }

 private:
  RawClient client_;
  std::string head_;  // of the handshake response
  bool upgraded_ = false;
};

inline Command MakeCommand(const std::string& id, const std::string& type) {
  Command command;
  command.id = id;
  command.type = type;
  return command;
}

class DeviceSocketTest : public ::testing::Test {
 public:
  ~DeviceSocketTest() override {
    if (server_) {
      hub_.Drain(absl::Now() + absl::Seconds(5));
      server_->Drain(absl::Now() + absl::Seconds(5));
    }
    io_.Stop();
  }

 protected:
  void Start(DeviceSockets::Options options = {}, size_t max_connections = 100) {
    sockets_.emplace(options, DeviceSockets::Deps{.clock = clock_,
                                                  .logger = logger_,
                                                  .metrics = metrics_,
                                                  .devices = devices_,
                                                  .registry_stream = registry_stream_,
                                                  .hub = hub_});
    server_.emplace(HttpServer::Options{.port = 0, .max_connections = max_connections},
                    HttpServer::Deps{.io = io_,
                                     .clock = clock_,
                                     .logger = logger_,
                                     .metrics = metrics_,
                                     .handler = [](RequestPtr) -> asio::awaitable<Response> {
                                       co_return Response::Empty(404);
                                     },
                                     .upgrades = &*sockets_});
    address_ = server_->Start().value();
    io_.Start();
  }

  std::unique_ptr<Display> Joined(const std::string& device) {
    auto display = std::make_unique<Display>(address_);
    display->Hello(device, "right");
    EXPECT_NE(display->Read().payload.find("hello-ack"), std::string::npos);
    return display;
  }

  base::SystemClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  FakeDevices devices_;
  FakeRegistryStream registry_stream_;
  IoThreads io_{2};
  SettingsDirectory settings_{clock_};
  EventFeed events_;
  DeviceHub hub_{registry_stream_, settings_, events_};
  std::optional<DeviceSockets> sockets_;
  std::optional<HttpServer> server_;
  std::string address_;
};

}  // namespace marquee::gateway
