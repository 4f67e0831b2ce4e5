// The complete image service between a fake playlist service and a client, in process and over TCP.
// The parameter is instantiated in imageproc_module_test.cc.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libs/base/executor.h"
#include "libs/base/mutex.h"
#include "libs/files/real_file_system.h"
#include "libs/rpc/blocking_stream.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/server.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/temp_dir.h"
#include "marquee/imageproc/v1/image_service.grpc.pb.h"
#include "marquee/playlist/v1/artwork_service.grpc.pb.h"
#include "services/imageproc/imageproc_module.h"
#include "services/imageproc/transform/vips_runtime.h"

namespace marquee::imageproc {

// Fake playlist service that serves its own images.
class FakeArtworkService final : public playlist::v1::ArtworkService::CallbackService {
 public:
  using FetchArtworkRequest = playlist::v1::FetchArtworkRequest;
  using FetchArtworkResponse = playlist::v1::FetchArtworkResponse;

  ~FakeArtworkService() override { executor_.Drain(); }

  grpc::ServerWriteReactor<FetchArtworkResponse>* FetchArtwork(
      grpc::CallbackServerContext* context, const FetchArtworkRequest* request) override {
    ++fetches;
    const std::string path = request->source_path().path();
    return rpc::RunStream<FetchArtworkResponse>(
        *context, executor_, clock_,
        [this, path](const base::CallContext&,
                     rpc::StreamWriter<FetchArtworkResponse>& out) -> absl::Status {
          if (hold != nullptr) hold->wait();
          const auto it = images.find(path);
          if (it == images.end()) return absl::NotFoundError("no such file: " + path);
          FetchArtworkResponse message;
          message.mutable_header()->set_content_type("image/jpeg");
          absl::Status sent = out.Write(message);
          for (size_t at = 0; at < it->second.size() && sent.ok(); at += 65'536) {
            message.set_chunk(it->second.substr(at, 65'536));
            sent = out.Write(message);
          }
          return sent;
        });
  }

  grpc::ServerUnaryReactor* ReportPlaceholders(
      grpc::CallbackServerContext* context, const playlist::v1::ReportPlaceholdersRequest* request,
      playlist::v1::ReportPlaceholdersResponse*) override {
    {
      const base::MutexLock lock(mutex_);
      for (const auto& image : request->images()) reported_.push_back(image);
    }
    arrived_.NotifyAll();
    auto* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  // Waits for the first `count` reported images and returns them.
  std::vector<playlist::v1::ReportPlaceholdersRequest::Image> Reported(size_t count) {
    base::MutexLock lock(mutex_);
    while (reported_.size() < count) arrived_.Wait(lock);
    return reported_;
  }

  std::map<std::string, std::string> images;
  std::atomic<int> fetches = 0;
  std::latch* hold = nullptr;

 private:
  base::SystemClock clock_;
  base::Mutex mutex_;
  base::CondVar arrived_;
  std::vector<playlist::v1::ReportPlaceholdersRequest::Image> reported_ MARQUEE_GUARDED_BY(mutex_);
  base::BoundedExecutor executor_{{.name = "artwork", .threads = 4, .max_queued = 64}};
};

class ImageprocModuleTest : public ::testing::TestWithParam<bool> {
 public:
  ~ImageprocModuleTest() override { StopModule(); }

 protected:
  struct Answer {
    grpc::Status status;
    v1::GetImageResponse::Header header;
    std::string bytes;
    size_t largest_chunk = 0;
  };

  static void SetUpTestSuite() { ASSERT_TRUE(StartVips().ok()); }

  void SetUp() override {
    artwork_server_ = *rpc::Server::Start({.listen = "127.0.0.1:0"}, {&artwork_}, metrics_, clock_);
    StartModule();
  }

  // GetParam(): true: over TCP, false: in process; for both channels.
  std::shared_ptr<grpc::Channel> ChannelTo(rpc::Server& server) {
    if (!GetParam()) return server.InProcessChannel();
    return rpc::Connect("127.0.0.1:" + std::to_string(server.port()));
  }

  void StartModule() {
    ImageprocSettings settings;
    settings.set_data_dir(folder_.path().string());
    ImageSettings& image = *settings.mutable_image();
    image.set_memory_mb(16);
    image.set_disk_mb(64);
    image.set_disk_ttl("7d");
    image.set_max_queued(64);
    image.set_fetches(8);
    image.set_fetch_timeout("15s");
    image.set_max_original_mb(64);
    image.set_max_megapixels(100);
    image.set_decode_budget_mb(256);
    image.set_max_decode_wait("2s");
    module_ = *ImageprocModule::Create(settings, {.clock = clock_,
                                                  .logger = logger_,
                                                  .metrics = metrics_,
                                                  .files = files_,
                                                  .playlist = ChannelTo(*artwork_server_)});
    ASSERT_TRUE(module_->Start().ok());
    server_ = *rpc::Server::Start({.listen = "127.0.0.1:0"}, module_->services(), metrics_, clock_);
    stub_ = v1::ImageService::NewStub(ChannelTo(*server_));
  }

  void StopModule() {
    stub_ = nullptr;
    server_->Drain(clock_.Now() + absl::Seconds(5));
    module_->Drain(clock_.Now() + absl::Seconds(5));
    server_ = nullptr;
    module_ = nullptr;
  }

  static v1::GetImageRequest Request(const std::string& path, int width = 300, int height = 450) {
    v1::GetImageRequest request;
    request.mutable_location()->mutable_source_path()->set_source("Den");
    request.mutable_location()->mutable_source_path()->set_path(path);
    request.mutable_location()->set_artwork_version("v1");
    request.mutable_transform()->set_width(width);
    request.mutable_transform()->set_height(height);
    return request;
  }

  Answer Get(const v1::GetImageRequest& request) {
    grpc::ClientContext context;
    const auto reader = stub_->GetImage(&context, request);
    Answer answer;
    v1::GetImageResponse message;
    while (reader->Read(&message)) {
      if (message.has_header()) answer.header = message.header();
      answer.bytes += message.chunk();
      answer.largest_chunk = std::max(answer.largest_chunk, message.chunk().size());
    }
    answer.status = reader->Finish();
    return answer;
  }

  testing::TempDir folder_;
  files::RealFileSystem files_;
  base::SystemClock clock_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  std::latch hold_{1};  // blocks fetches when the test asks for it; must outlive them
  FakeArtworkService artwork_;
  std::unique_ptr<rpc::Server> artwork_server_;
  std::unique_ptr<ImageprocModule> module_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<v1::ImageService::Stub> stub_;
};

}  // namespace marquee::imageproc
