// The whole gateway on a real port, with neighbours of a few lines behind real gRPC.
#include "services/gateway/gateway_module.h"

#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libs/config/loader.h"
#include "libs/files/real_file_system.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/error_info.h"
#include "libs/rpc/pull_stream.h"
#include "libs/rpc/server.h"
#include "libs/rpc/status.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/temp_dir.h"
#include "marquee/devices/v1/device_service.grpc.pb.h"
#include "marquee/imageproc/v1/image_service.grpc.pb.h"
#include "marquee/playlist/v1/artwork_service.grpc.pb.h"
#include "marquee/playlist/v1/playlist_service.grpc.pb.h"
#include "marquee/playlist/v1/source_service.grpc.pb.h"
#include "services/gateway/testing/raw_client.h"

namespace marquee::gateway {
namespace {

namespace pb = marquee::playlist::v1;
namespace img = marquee::imageproc::v1;
namespace dev = marquee::devices::v1;

// Sends these messages; then the end, or, without one, nothing until the caller goes.
template <class Message>
class ListFeed final : public rpc::Feed<Message> {
 public:
  ListFeed(std::vector<Message> messages, std::optional<absl::Status> end,
           std::function<void()> on_gone = nullptr)
      : messages_(std::move(messages)), end_(std::move(end)), on_gone_(std::move(on_gone)) {}
  ~ListFeed() override {
    if (on_gone_) on_gone_();
  }

  typename rpc::Feed<Message>::Step Next() override {
    if (next_ < messages_.size()) return messages_[next_++];
    if (end_) return *end_;
    return typename rpc::Feed<Message>::Idle{};
  }

 private:
  const std::vector<Message> messages_;
  const std::optional<absl::Status> end_;
  const std::function<void()> on_gone_;
  size_t next_ = 0;
};

template <class Message>
grpc::ServerWriteReactor<Message>* Serve(std::unique_ptr<ListFeed<Message>> feed) {
  const auto stream = rpc::PullStream<Message>::Create(std::move(feed));
  stream->Wake();
  return stream->reactor();
}

// One version of two items, then an open stream; or an open stream alone.
class FakePlaylistService final : public pb::PlaylistService::CallbackService {
 public:
  grpc::ServerWriteReactor<pb::WatchPlaylistResponse>* WatchPlaylist(
      grpc::CallbackServerContext*, const pb::WatchPlaylistRequest*) override {
    std::vector<pb::WatchPlaylistResponse> pieces;
    if (published) {
      pieces.emplace_back().mutable_begin()->mutable_version()->set_content_hash("h1");
      for (const char* key : {"local-a", "local-b"}) {
        pb::Item& item = *pieces.emplace_back().mutable_batch()->add_items();
        item.set_key(key);
        item.set_title(key);
        item.set_source("local");
        item.set_poster_url("/image?server=P&path=%2Fa.jpg&v=1");
      }
      pieces.emplace_back().mutable_commit()->mutable_version()->set_content_hash("h1");
    }
    return Serve(
        std::make_unique<ListFeed<pb::WatchPlaylistResponse>>(std::move(pieces), std::nullopt));
  }
  bool published = true;
};

class FakeSourceService final : public pb::SourceService::Service {
 public:
  grpc::Status ListSources(grpc::ServerContext*, const pb::ListSourcesRequest*,
                           pb::ListSourcesResponse* answer) override {
    pb::Source& source = *answer->add_sources();
    source.set_name("Den");
    source.set_type("jellyfin");
    source.set_state(pb::SOURCE_STATE_OK);
    return grpc::Status::OK;
  }
};

// A megabyte of known bytes in pieces, so that flow control has something to do.
class FakeArtworkService final : public pb::ArtworkService::Service {
 public:
  static constexpr int kPieces = 16;
  grpc::Status FetchArtwork(grpc::ServerContext*, const pb::FetchArtworkRequest* request,
                            grpc::ServerWriter<pb::FetchArtworkResponse>* writer) override {
    if (request->local_path() == "absent.jpg") return {grpc::StatusCode::NOT_FOUND, "absent"};
    pb::FetchArtworkResponse header;
    header.mutable_header()->set_content_type("video/mp4");
    header.mutable_header()->set_content_bytes(kPieces * 65536);
    header.mutable_header()->set_total_bytes(kPieces * 65536);
    header.mutable_header()->set_validator("s");
    writer->Write(header);
    pb::FetchArtworkResponse piece;
    piece.set_chunk(std::string(65536, 'm'));
    for (int i = 0; i < kPieces && !request->header_only(); ++i) {
      if (!writer->Write(piece)) break;
    }
    return grpc::Status::OK;
  }
};

class FakeImageService final : public img::ImageService::CallbackService {
 public:
  grpc::ServerWriteReactor<img::GetImageResponse>* GetImage(
      grpc::CallbackServerContext*, const img::GetImageRequest* request) override {
    using Feed = ListFeed<img::GetImageResponse>;
    std::vector<img::GetImageResponse> pieces;
    const std::string& path = request->location().source_path().path();
    if (path == "/origin-away") {
      return Serve(std::make_unique<Feed>(
          std::move(pieces),
          rpc::WithReason(absl::UnavailableError("origin"), "ORIGIN_UNAVAILABLE")));
    }
    if (path == "/slow") {
      asked.set_value();
      return Serve(std::make_unique<Feed>(std::move(pieces), std::nullopt,
                                          [this] { cancelled.set_value(); }));
    }
    img::GetImageResponse::Header& header = *pieces.emplace_back().mutable_header();
    header.set_content_type("image/jpeg");
    header.set_content_bytes(100'000);
    header.set_etag("e1");
    header.set_tier(img::TIER_ORIGIN);
    pieces.emplace_back().set_chunk(std::string(50'000, 'j'));
    pieces.emplace_back().set_chunk(std::string(50'000, 'j'));
    return Serve(std::make_unique<Feed>(std::move(pieces), absl::OkStatus()));
  }
  std::promise<void> asked;
  std::promise<void> cancelled;
};

// Lets "right" in, and delivers one command to whoever comes up.
class FakeDeviceService final : public dev::DeviceService::Service {
 public:
  grpc::Status AuthenticateDevice(grpc::ServerContext*,
                                  const dev::AuthenticateDeviceRequest* request,
                                  dev::AuthenticateDeviceResponse*) override {
    if (request->credentials().secret() == "right") return grpc::Status::OK;
    return rpc::ToGrpc(rpc::WithReason(absl::UnauthenticatedError("no"), "INVALID_SECRET"));
  }
  grpc::Status SendHeartbeat(grpc::ServerContext*, const dev::SendHeartbeatRequest* request,
                             dev::SendHeartbeatResponse* answer) override {
    if (request->credentials().secret() != "right") {
      return rpc::ToGrpc(rpc::WithReason(absl::UnauthenticatedError("no"), "INVALID_SECRET"));
    }
    answer->add_commands()->set_id(
        request->heartbeat().state().fields().at("title").string_value());
    return grpc::Status::OK;
  }
  grpc::Status Attach(
      grpc::ServerContext*,
      grpc::ServerReaderWriter<dev::AttachResponse, dev::AttachRequest>* stream) override {
    dev::AttachRequest event;
    while (stream->Read(&event)) {
      if (event.has_socket_up()) {
        dev::AttachResponse order;
        dev::AttachResponse::Deliver& deliver = *order.mutable_deliver();
        deliver.set_socket_id(event.socket_up().socket_id());
        deliver.mutable_command()->set_id("c1");
        deliver.mutable_command()->set_device_id(event.socket_up().device_id());
        deliver.mutable_command()->set_type("playback.next");
        stream->Write(order);
      }
      if (event.has_ack()) acknowledged.set_value(event.ack().command_id());
    }
    return grpc::Status::OK;
  }
  std::promise<std::string> acknowledged;
};

class GatewayModuleTest : public ::testing::Test {
 protected:
  GatewayModuleTest() {
    web_.Write("wallart.html", "<!doctype html>");
    server_ = rpc::Server::Start({.listen = "127.0.0.1:0"},
                                 {&playlist_, &sources_, &artwork_, &images_, &devices_}, metrics_,
                                 clock_)
                  .value();
    files::RealFileSystem files;
    EXPECT_TRUE(config::Load({}, files, settings_).ok());
    settings_.set_listen("127.0.0.1:0");
    settings_.set_web_dir(web_.path().string());
  }

 public:
  ~GatewayModuleTest() override {
    if (gateway_) gateway_->Drain(clock_.Now() + absl::Seconds(5));
    server_->Drain(clock_.Now() + absl::Seconds(5));
  }

 protected:
  void Start() {
    // A call on an in-process channel whose server has ended would end this process too
    // (gRPC 1.51).
    const auto channel = over_tcp_ ? rpc::Connect("127.0.0.1:" + std::to_string(server_->port()))
                                   : server_->InProcessChannel();
    auto gateway = GatewayModule::Create(settings_, {.clock = clock_,
                                                     .logger = logger_,
                                                     .metrics = metrics_,
                                                     .playlist = channel,
                                                     .imageproc = channel,
                                                     .devices = channel,
                                                     .version = "1.2.3",
                                                     .ops_elsewhere = false});
    ASSERT_TRUE(gateway.ok()) << gateway.status();
    gateway_ = *std::move(gateway);
    const auto address = gateway_->Start();
    ASSERT_TRUE(address.ok()) << address.status();
    address_ = *address;
  }

  base::SystemClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  testing::TempDir web_;
  FakePlaylistService playlist_;
  FakeSourceService sources_;
  FakeArtworkService artwork_;
  FakeImageService images_;
  FakeDeviceService devices_;
  std::unique_ptr<rpc::Server> server_;
  bool over_tcp_ = false;
  GatewaySettings settings_;
  std::unique_ptr<GatewayModule> gateway_;
  std::string address_;
};

TEST_F(GatewayModuleTest, ServesThePlaylistThatItWatches) {
  Start();
  // The request of a cold start is held until the first version has come.
  const auto media = Get(address_, "/get-media");
  EXPECT_EQ(media.status, 200);
  EXPECT_NE(media.body.find(R"("key":"local-b")"), std::string::npos);
  EXPECT_TRUE(gateway_->ready());
}

TEST_F(GatewayModuleTest, SaysBuildingWithoutAHold) {
  settings_.set_cold_start_hold("0s");
  playlist_.published = false;
  Start();
  EXPECT_EQ(Get(address_, "/get-media").status, 202);
  EXPECT_FALSE(gateway_->ready());
}

TEST_F(GatewayModuleTest, BringsAPictureThroughInPiecesAndKeepsIt) {
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

TEST_F(GatewayModuleTest, LeadsToTheFallbackWhenTheOriginIsAway) {
  Start();
  EXPECT_EQ(Get(address_, "/image?server=P&path=%2Forigin-away").status, 302);
}

TEST_F(GatewayModuleTest, CancelsTheFetchWhenTheDisplayGoes) {
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

TEST_F(GatewayModuleTest, ADisplayThatLeavesAFileHalfWayHarmsNobody) {
  Start();
  {
    RawClient client(address_);
    client.Send("GET /local-media/motion/a.mp4 HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.Read(1000).size(), 1000U);
    client.Reset();
  }
  EXPECT_EQ(Get(address_, "/health").status, 200);
}

TEST_F(GatewayModuleTest, PassesHeartbeatsAndTheirStateOn) {
  Start();
  RawClient client(address_);
  const std::string body = R"({"deviceId":"d","secret":"right","status":{"title":"Alien"}})";
  client.Send("POST /api/devices/heartbeat HTTP/1.1\r\nHost: x\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_NE(client.ReadAnswer()->body.find(R"("id":"Alien")"), std::string::npos);
}

TEST_F(GatewayModuleTest, CarriesACommandFromTheServiceToASocketAndItsAckBack) {
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

TEST_F(GatewayModuleTest, KeepsServingWhatItHoldsWhenItsNeighboursEnd) {
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

TEST_F(GatewayModuleTest, DrainEndsEvenWithAPictureUnderWay) {
  Start();
  RawClient client(address_);
  client.Send("GET /image?server=P&path=%2Fslow HTTP/1.1\r\nHost: x\r\n\r\n");
  images_.asked.get_future().wait();

  gateway_->Drain(clock_.Now() + absl::Milliseconds(50));

  EXPECT_FALSE(gateway_->ready());
}

TEST_F(GatewayModuleTest, NamesASettingThatCannotBeUsed) {
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
  settings_.add_bypass("10.0.0.0/99");
  EXPECT_NE(create().find("bypass: \"10.0.0.0/99\""), std::string::npos);
  settings_.clear_bypass();
  settings_.set_web_dir("/no/such/folder");
  EXPECT_NE(create().find("/no/such/folder"), std::string::npos);
}

}  // namespace
}  // namespace marquee::gateway
