#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <latch>
#include <memory>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "libs/rpc/blocking_stream.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/error_info.h"
#include "libs/rpc/pull_stream.h"
#include "libs/rpc/server.h"
#include "libs/rpc/unary.h"
#include "marquee/playlist/v1/artwork_service.grpc.pb.h"
#include "marquee/playlist/v1/playlist_service.grpc.pb.h"

namespace marquee::rpc {
namespace {

namespace pb = playlist::v1;
using ::testing::HasSubstr;

// Sends ten messages, then ends.
class TenBatches final : public Feed<pb::WatchPlaylistResponse> {
 public:
  Step Next() override {
    if (sent_ == 10) return absl::OkStatus();
    pb::WatchPlaylistResponse response;
    response.mutable_begin()->set_total_size(sent_++);
    return response;
  }

 private:
  int sent_ = 0;
};

// Never has a message.
class SilentFeed final : public Feed<pb::WatchPlaylistResponse> {
 public:
  Step Next() override { return Idle{}; }
};

class FakePlaylist final : public pb::PlaylistService::CallbackService {
 public:
  FakePlaylist(base::Executor& executor, const base::Clock& clock)
      : executor_(executor), clock_(clock) {}

  grpc::ServerUnaryReactor* GetItem(grpc::CallbackServerContext* context,
                                    const pb::GetItemRequest* request,
                                    pb::GetItemResponse* response) override {
    return RunUnary(*context, executor_, clock_, *request, *response,
                    [](const base::CallContext& call, const pb::GetItemRequest& in,
                       pb::GetItemResponse& out) -> absl::Status {
                      if (in.key() == "missing") {
                        return WithReason(absl::NotFoundError("no such item"), "ITEM_NOT_FOUND");
                      }
                      out.mutable_item()->set_key(in.key());
                      return absl::OkStatus();
                    });
  }

  grpc::ServerWriteReactor<pb::WatchPlaylistResponse>* WatchPlaylist(
      grpc::CallbackServerContext* context, const pb::WatchPlaylistRequest* request) override {
    std::unique_ptr<Feed<pb::WatchPlaylistResponse>> feed = std::make_unique<TenBatches>();
    if (request->accept_delta()) feed = std::make_unique<SilentFeed>();
    auto stream = PullStream<pb::WatchPlaylistResponse>::Create(std::move(feed));
    stream->Wake();
    return stream->reactor();
  }

 private:
  base::Executor& executor_;
  const base::Clock& clock_;
};

class FakeArtwork final : public pb::ArtworkService::CallbackService {
 public:
  FakeArtwork(base::Executor& executor, const base::Clock& clock)
      : executor_(executor), clock_(clock) {}

  grpc::ServerWriteReactor<pb::FetchArtworkResponse>* FetchArtwork(
      grpc::CallbackServerContext* context, const pb::FetchArtworkRequest* request) override {
    if (request->kind() == pb::ARTWORK_KIND_MEDIA) return Blocked(*context, request->has_url());
    return RunStream<pb::FetchArtworkResponse>(
        *context, executor_, clock_,
        [this, endless = request->header_only()](const base::CallContext& call,
                                                 StreamWriter<pb::FetchArtworkResponse>& out) {
          absl::Status status;
          for (int i = 0; status.ok() && (endless || i < 100); ++i) {
            pb::FetchArtworkResponse piece;
            piece.set_chunk(std::string(64 << 10, static_cast<char>(i)));
            status = out.Write(std::move(piece));
          }
          if (endless) ended_.count_down();
          return status;
        });
  }

  void AwaitEndless() { ended_.wait(); }

  // As a read of a share that hangs; `begins`: after the first piece.
  grpc::ServerWriteReactor<pb::FetchArtworkResponse>* Blocked(
      const grpc::CallbackServerContext& context, bool begins) {
    return RunStream<pb::FetchArtworkResponse>(
        context, executor_, clock_,
        [this, begins](const base::CallContext&, StreamWriter<pb::FetchArtworkResponse>& out) {
          pb::FetchArtworkResponse piece;
          piece.set_chunk("x");
          if (begins) EXPECT_TRUE(out.Write(piece).ok());
          wakes_.wait();
          return out.Write(piece);
        },
        {.at = absl::Now() + absl::Milliseconds(200),
         .until_first_write = begins,
         .status =
             [](bool started) {
               return WithReason(absl::DeadlineExceededError("hangs"), started ? "HUNG" : "WAITED");
             },
         .ended = [this] { left_.release(); }});
  }
  void Wake() { wakes_.count_down(); }
  void AwaitLeft() { left_.acquire(); }

 private:
  base::Executor& executor_;
  const base::Clock& clock_;
  std::latch ended_{1};
  std::latch wakes_{1};
  std::counting_semaphore<8> left_{0};
};

// Over TCP and in process: the two transports differ in flow control and cancellation.
class RpcTest : public ::testing::TestWithParam<bool> {
 protected:
  RpcTest() {
    auto server =
        Server::Start({.listen = "127.0.0.1:0"}, {&playlist_, &artwork_}, metrics_, clock_);
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    channel_ = GetParam() ? Connect("127.0.0.1:" + std::to_string(server_->port()))
                          : server_->InProcessChannel();
  }

 public:
  ~RpcTest() override { server_->Drain(clock_.Now() + absl::Seconds(5)); }

 protected:
  base::SystemClock clock_;
  obs::Metrics metrics_;
  base::BoundedExecutor executor_{{.name = "test", .threads = 2, .max_queued = 8}};
  FakePlaylist playlist_{executor_, clock_};
  FakeArtwork artwork_{executor_, clock_};
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

INSTANTIATE_TEST_SUITE_P(Transports, RpcTest, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "Tcp" : "InProcess"; });

TEST_P(RpcTest, UnaryCarriesResponsesAndReasons) {
  auto stub = pb::PlaylistService::NewStub(channel_);
  pb::GetItemRequest request;
  pb::GetItemResponse response;
  request.set_key("k");
  grpc::ClientContext good;
  ASSERT_TRUE(stub->GetItem(&good, request, &response).ok());
  EXPECT_EQ(response.item().key(), "k");

  request.set_key("missing");
  grpc::ClientContext bad;
  const absl::Status status = FromGrpc(stub->GetItem(&bad, request, &response));

  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ReasonOf(status), "ITEM_NOT_FOUND");
}

TEST_P(RpcTest, PullStreamSendsEverythingInOrderThenEnds) {
  auto stub = pb::PlaylistService::NewStub(channel_);
  grpc::ClientContext context;
  auto reader = stub->WatchPlaylist(&context, {});

  int expected = 0;
  pb::WatchPlaylistResponse response;
  while (reader->Read(&response)) EXPECT_EQ(response.begin().total_size(), expected++);

  EXPECT_EQ(expected, 10);
  EXPECT_TRUE(reader->Finish().ok());
}

TEST_P(RpcTest, IdlePullStreamEndsWhenItsReaderCancels) {
  auto stub = pb::PlaylistService::NewStub(channel_);
  grpc::ClientContext context;
  pb::WatchPlaylistRequest request;
  request.set_accept_delta(true);
  auto reader = stub->WatchPlaylist(&context, request);

  context.TryCancel();

  pb::WatchPlaylistResponse response;
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_P(RpcTest, BlockingStreamSendsSixMegabytes) {
  auto stub = pb::ArtworkService::NewStub(channel_);
  grpc::ClientContext context;
  auto reader = stub->FetchArtwork(&context, {});

  size_t bytes = 0;
  pb::FetchArtworkResponse piece;
  while (reader->Read(&piece)) bytes += piece.chunk().size();

  EXPECT_EQ(bytes, size_t{100} * (64 << 10));
  EXPECT_TRUE(reader->Finish().ok());
}

TEST_P(RpcTest, BlockingStreamFreesItsThreadWhenTheReaderCancels) {
  auto stub = pb::ArtworkService::NewStub(channel_);
  grpc::ClientContext context;
  pb::FetchArtworkRequest request;
  request.set_header_only(true);
  auto reader = stub->FetchArtwork(&context, request);
  pb::FetchArtworkResponse piece;
  ASSERT_TRUE(reader->Read(&piece));

  context.TryCancel();

  artwork_.AwaitEndless();
}

TEST_P(RpcTest, BlockingStreamEndsInTimeThoughItsWorkHangs) {
  const auto stub = pb::ArtworkService::NewStub(channel_);
  pb::FetchArtworkRequest request;
  request.set_kind(pb::ARTWORK_KIND_MEDIA);
  std::vector<std::string> reasons;
  // Two threads: the third call is never begun.
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReader<pb::FetchArtworkResponse>>> readers;
  for (int i = 0; i < 3; ++i) {
    contexts.push_back(std::make_unique<grpc::ClientContext>());
    readers.push_back(stub->FetchArtwork(contexts.back().get(), request));
  }
  for (const auto& reader : readers) {
    pb::FetchArtworkResponse piece;
    EXPECT_FALSE(reader->Read(&piece));
    reasons.emplace_back(ReasonOf(FromGrpc(reader->Finish())));
  }
  std::ranges::sort(reasons);
  EXPECT_THAT(reasons, ::testing::ElementsAre("HUNG", "HUNG", "WAITED"));

  // The work goes on alone, cannot write, and is reported when it ends.
  artwork_.Wake();
  artwork_.AwaitLeft();
  artwork_.AwaitLeft();
}

TEST_P(RpcTest, BlockingStreamThatHasBegunMayTakeLonger) {
  const auto stub = pb::ArtworkService::NewStub(channel_);
  pb::FetchArtworkRequest request;
  request.set_kind(pb::ARTWORK_KIND_MEDIA);
  request.set_url("begins");
  grpc::ClientContext context;
  const auto reader = stub->FetchArtwork(&context, request);
  pb::FetchArtworkResponse piece;
  ASSERT_TRUE(reader->Read(&piece));
  // One that hangs from its start, and ends only when its time is up.
  request.clear_url();
  grpc::ClientContext other_context;
  const auto other = stub->FetchArtwork(&other_context, request);
  pb::FetchArtworkResponse none;
  EXPECT_FALSE(other->Read(&none));
  EXPECT_EQ(ReasonOf(FromGrpc(other->Finish())), "HUNG");

  artwork_.Wake();

  EXPECT_TRUE(reader->Read(&piece));
  EXPECT_FALSE(reader->Read(&piece));
  EXPECT_TRUE(reader->Finish().ok());
  artwork_.AwaitLeft();
}

TEST_P(RpcTest, CountsCallsUnderGrpcEcosystemNames) {
  auto stub = pb::PlaylistService::NewStub(channel_);
  grpc::ClientContext context;
  pb::GetItemResponse response;
  ASSERT_TRUE(stub->GetItem(&context, {}, &response).ok());

  EXPECT_THAT(
      metrics_.Render(),
      HasSubstr("grpc_server_handled_total{grpc_code=\"OK\",grpc_method=\"GetItem\","
                "grpc_service=\"marquee.playlist.v1.PlaylistService\",grpc_type=\"unary\"} 1"));
}

TEST_P(RpcTest, ReportsHealthPerServiceName) {
  grpc::GenericStub stub(channel_);
  // HealthCheckRequest{service = 1} and HealthCheckResponse{status = 1} are encoded by hand, since
  // Debian ships no header for them.
  const std::string name = "marquee.playlist.v1.PlaylistService";
  const std::string wire = std::string("\x0a") + static_cast<char>(name.size()) + name;
  const auto check = [&] {
    grpc::ClientContext context;
    grpc::CompletionQueue queue;
    const grpc::Slice slice(wire);
    const grpc::ByteBuffer request(&slice, 1);
    auto call = stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check", request, &queue);
    call->StartCall();
    grpc::ByteBuffer response;
    grpc::Status status;
    call->Finish(&response, &status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    EXPECT_TRUE(status.ok()) << status.error_message();
    std::vector<grpc::Slice> slices;
    EXPECT_TRUE(response.Dump(&slices).ok());
    return slices.empty() ? 0 : slices[0].begin()[1];
  };

  EXPECT_EQ(check(), 1);  // SERVING
  server_->SetServing(false);
  EXPECT_EQ(check(), 2);  // NOT_SERVING
}

TEST_P(RpcTest, ReflectionListsTheServices) {
  grpc::GenericStub stub(channel_);
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  const auto await = [&] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  auto call = stub.PrepareCall(
      &context, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", &queue);
  call->StartCall(nullptr);
  ASSERT_TRUE(await());
  // ServerReflectionRequest{list_services = 7: "*"}, encoded by hand for the same reason.
  const grpc::Slice slice(std::string("\x3a\x01*"));
  call->Write(grpc::ByteBuffer(&slice, 1), nullptr);
  ASSERT_TRUE(await());
  grpc::ByteBuffer response;
  call->Read(&response, nullptr);
  ASSERT_TRUE(await());

  std::vector<grpc::Slice> slices;
  ASSERT_TRUE(response.Dump(&slices).ok());
  std::string text;
  for (const grpc::Slice& part : slices) {
    text.append(reinterpret_cast<const char*>(part.begin()), part.size());
  }
  EXPECT_THAT(text, HasSubstr("marquee.playlist.v1.PlaylistService"));
  EXPECT_THAT(text, HasSubstr("marquee.playlist.v1.ArtworkService"));
  context.TryCancel();
  grpc::Status status;
  call->Finish(&status, nullptr);
  await();
}

TEST(RpcServerTest, BoundsTheStreamsOfOneConnection) {
  base::SystemClock clock;
  obs::Metrics metrics;
  base::BoundedExecutor executor({.name = "test", .threads = 2, .max_queued = 8});
  FakePlaylist playlist(executor, clock);
  auto server = Server::Start({.listen = "127.0.0.1:0", .max_streams_per_connection = 2},
                              {&playlist}, metrics, clock)
                    .value();
  const auto stub =
      pb::PlaylistService::NewStub(Connect("127.0.0.1:" + std::to_string(server->port())));
  pb::WatchPlaylistRequest request;
  request.set_accept_delta(true);  // says nothing for now
  grpc::ClientContext first;
  grpc::ClientContext second;
  const auto first_stream = stub->WatchPlaylist(&first, request);
  const auto second_stream = stub->WatchPlaylist(&second, request);

  pb::GetItemResponse response;
  grpc::ClientContext third;
  third.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(200));

  EXPECT_EQ(stub->GetItem(&third, {}, &response).error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);

  first.TryCancel();
  first_stream->Finish();
  grpc::ClientContext fourth;
  fourth.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  EXPECT_TRUE(stub->GetItem(&fourth, {}, &response).ok());
  second.TryCancel();
  second_stream->Finish();
  server->Drain(clock.Now());
}

}  // namespace
}  // namespace marquee::rpc
