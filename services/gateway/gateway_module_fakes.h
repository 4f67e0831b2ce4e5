// Minimal fake backends, served over real gRPC.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libs/rpc/error_info.h"
#include "libs/rpc/pull_stream.h"
#include "libs/rpc/status.h"
#include "marquee/devices/v1/device_service.grpc.pb.h"
#include "marquee/imageproc/v1/image_service.grpc.pb.h"
#include "marquee/playlist/v1/artwork_service.grpc.pb.h"
#include "marquee/playlist/v1/playlist_service.grpc.pb.h"
#include "marquee/playlist/v1/source_service.grpc.pb.h"

namespace marquee::gateway {

// Sends these messages, then ends; without an end, stays open until the caller disconnects.
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

// Sends one version with two items and keeps the stream open; or only keeps the stream open.
class FakePlaylistService final : public playlist::v1::PlaylistService::CallbackService {
 public:
  grpc::ServerWriteReactor<playlist::v1::WatchPlaylistResponse>* WatchPlaylist(
      grpc::CallbackServerContext*, const playlist::v1::WatchPlaylistRequest*) override {
    std::vector<playlist::v1::WatchPlaylistResponse> pieces;
    if (published) {
      pieces.emplace_back().mutable_begin()->mutable_version()->set_content_hash("h1");
      for (const char* key : {"local-a", "local-b"}) {
        playlist::v1::Item& item = *pieces.emplace_back().mutable_batch()->add_items();
        item.set_key(key);
        item.set_title(key);
        item.set_source("local");
        item.set_poster_url("/image?server=P&path=%2Fa.jpg&v=1");
      }
      pieces.emplace_back().mutable_commit()->mutable_version()->set_content_hash("h1");
    }
    return Serve(std::make_unique<ListFeed<playlist::v1::WatchPlaylistResponse>>(std::move(pieces),
                                                                                 std::nullopt));
  }
  bool published = true;
};

class FakeSourceService final : public playlist::v1::SourceService::Service {
 public:
  grpc::Status ListSources(grpc::ServerContext*, const playlist::v1::ListSourcesRequest*,
                           playlist::v1::ListSourcesResponse* answer) override {
    playlist::v1::Source& source = *answer->add_sources();
    source.set_name("Den");
    source.set_type("jellyfin");
    source.set_state(playlist::v1::SOURCE_STATE_OK);
    return grpc::Status::OK;
  }
};

// Sends a megabyte of known bytes in pieces, so that flow control takes effect.
class FakeArtworkService final : public playlist::v1::ArtworkService::Service {
 public:
  static constexpr int kPieces = 16;
  grpc::Status FetchArtwork(
      grpc::ServerContext*, const playlist::v1::FetchArtworkRequest* request,
      grpc::ServerWriter<playlist::v1::FetchArtworkResponse>* writer) override {
    if (request->local_path() == "absent.jpg") return {grpc::StatusCode::NOT_FOUND, "absent"};
    playlist::v1::FetchArtworkResponse header;
    header.mutable_header()->set_content_type("video/mp4");
    header.mutable_header()->set_content_bytes(kPieces * 65536);
    header.mutable_header()->set_total_bytes(kPieces * 65536);
    header.mutable_header()->set_validator("s");
    writer->Write(header);
    playlist::v1::FetchArtworkResponse piece;
    piece.set_chunk(std::string(65536, 'm'));
    for (int i = 0; i < kPieces && !request->header_only(); ++i) {
      if (!writer->Write(piece)) break;
    }
    return grpc::Status::OK;
  }
};

class FakeImageService final : public imageproc::v1::ImageService::CallbackService {
 public:
  grpc::ServerWriteReactor<imageproc::v1::GetImageResponse>* GetImage(
      grpc::CallbackServerContext*, const imageproc::v1::GetImageRequest* request) override {
    using Feed = ListFeed<imageproc::v1::GetImageResponse>;
    std::vector<imageproc::v1::GetImageResponse> pieces;
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
    imageproc::v1::GetImageResponse::Header& header = *pieces.emplace_back().mutable_header();
    header.set_content_type("image/jpeg");
    header.set_content_bytes(100'000);
    header.set_etag("e1");
    header.set_tier(imageproc::v1::TIER_ORIGIN);
    pieces.emplace_back().set_chunk(std::string(50'000, 'j'));
    pieces.emplace_back().set_chunk(std::string(50'000, 'j'));
    return Serve(std::make_unique<Feed>(std::move(pieces), absl::OkStatus()));
  }
  std::promise<void> asked;
  std::promise<void> cancelled;
};

// Accepts the secret "right", and sends one command to each socket that is reported.
class FakeDeviceService final : public devices::v1::DeviceService::Service {
 public:
  grpc::Status AuthenticateDevice(grpc::ServerContext*,
                                  const devices::v1::AuthenticateDeviceRequest* request,
                                  devices::v1::AuthenticateDeviceResponse* answer) override {
    if (request->credentials().secret() == "right") {
      answer->mutable_device()->set_id(request->credentials().device_id());
      return grpc::Status::OK;
    }
    return rpc::ToGrpc(rpc::WithReason(absl::UnauthenticatedError("no"), "INVALID_SECRET"));
  }
  grpc::Status SendHeartbeat(grpc::ServerContext*, const devices::v1::SendHeartbeatRequest* request,
                             devices::v1::SendHeartbeatResponse* answer) override {
    if (request->credentials().secret() != "right") {
      return rpc::ToGrpc(rpc::WithReason(absl::UnauthenticatedError("no"), "INVALID_SECRET"));
    }
    answer->add_commands()->set_id(
        request->heartbeat().state().fields().at("title").string_value());
    return grpc::Status::OK;
  }
  grpc::Status Attach(grpc::ServerContext*,
                      grpc::ServerReaderWriter<devices::v1::AttachResponse,
                                               devices::v1::AttachRequest>* stream) override {
    devices::v1::AttachRequest event;
    while (stream->Read(&event)) {
      if (event.has_socket_up()) {
        devices::v1::AttachResponse order;
        devices::v1::AttachResponse::Deliver& deliver = *order.mutable_deliver();
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

}  // namespace marquee::gateway
