#include "services/imageproc/imageproc_module.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <latch>
#include <map>
#include <set>
#include <thread>
#include <vector>

#include "libs/base/executor.h"
#include "libs/base/mutex.h"
#include "libs/files/real_file_system.h"
#include "libs/rpc/blocking_stream.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/server.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/temp_dir.h"
#include "marquee/imageproc/v1/image_service.grpc.pb.h"
#include "marquee/playlist/v1/artwork_service.grpc.pb.h"
#include "services/imageproc/transform/test_pictures.h"
#include "services/imageproc/transform/vips_runtime.h"

namespace marquee::imageproc {
namespace {

using playlist::v1::FetchArtworkRequest;
using playlist::v1::FetchArtworkResponse;

// The playlist service's part, with pictures of its own.
class FakeArtworkService final : public playlist::v1::ArtworkService::CallbackService {
 public:
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
          const auto it = pictures.find(path);
          if (it == pictures.end()) return absl::NotFoundError("no such file: " + path);
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
      for (const auto& picture : request->pictures()) reported_.push_back(picture);
    }
    arrived_.NotifyAll();
    auto* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  // The first `count` pictures that were reported; waits for them.
  std::vector<playlist::v1::ReportPlaceholdersRequest::Picture> Reported(size_t count) {
    base::MutexLock lock(mutex_);
    while (reported_.size() < count) arrived_.Wait(lock);
    return reported_;
  }

  std::map<std::string, std::string> pictures;
  std::atomic<int> fetches = 0;
  std::latch* hold = nullptr;

 private:
  base::SystemClock clock_;
  base::Mutex mutex_;
  base::CondVar arrived_;
  std::vector<playlist::v1::ReportPlaceholdersRequest::Picture> reported_
      MARQUEE_GUARDED_BY(mutex_);
  base::BoundedExecutor executor_{{.name = "artwork", .threads = 4, .max_queued = 64}};
};

struct Answer {
  grpc::Status status;
  v1::GetImageResponse::Header header;
  std::string bytes;
  size_t largest_chunk = 0;
};

class ImageprocModuleTest : public ::testing::TestWithParam<bool> {
 public:
  ~ImageprocModuleTest() override { StopModule(); }

 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(StartVips().ok()); }

  void SetUp() override {
    artwork_server_ = *rpc::Server::Start({.listen = "127.0.0.1:0"}, {&artwork_}, metrics_, clock_);
    StartModule();
  }

  // GetParam: over a socket or in process, for both neighbours.
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
    request.mutable_location()->set_validator("v1");
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
  std::latch hold_{1};  // what fetches wait for, when told to; outlives them
  FakeArtworkService artwork_;
  std::unique_ptr<rpc::Server> artwork_server_;
  std::unique_ptr<ImageprocModule> module_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<v1::ImageService::Stub> stub_;
};

TEST_P(ImageprocModuleTest, MakesAPictureOnceAndServesItFromItsTiers) {
  artwork_.pictures["/a.jpg"] = test_pictures::MakeJpeg(1000, 1500);

  const Answer made = Get(Request("/a.jpg"));
  const Answer again = Get(Request("/a.jpg"));
  StopModule();
  StartModule();
  const Answer restarted = Get(Request("/a.jpg"));

  ASSERT_TRUE(made.status.ok()) << made.status.error_message();
  EXPECT_EQ(made.header.content_type(), "image/jpeg");
  EXPECT_EQ(made.header.content_bytes(), static_cast<int64_t>(made.bytes.size()));
  EXPECT_EQ(made.header.tier(), v1::TIER_ORIGIN);
  EXPECT_GT(made.header.timings().transform().nanos(), 0);
  const test_pictures::Header header = test_pictures::ReadHeader(made.bytes);
  EXPECT_EQ(std::pair(header.width, header.height), std::pair(300, 450));
  EXPECT_EQ(std::pair(made.header.width(), made.header.height()), std::pair(300, 450));
  EXPECT_EQ(again.header.tier(), v1::TIER_MEMORY);
  EXPECT_EQ(restarted.header.tier(), v1::TIER_DISK);
  for (const Answer* other : {&again, &restarted}) {
    EXPECT_EQ(other->bytes, made.bytes);
    EXPECT_EQ(other->header.etag(), made.header.etag());
  }
  EXPECT_EQ(artwork_.fetches, 1);
}

TEST_P(ImageprocModuleTest, WithoutASizeTheOriginalPassesInChunks) {
  artwork_.pictures["/a.png"] = test_pictures::MakePng(1500, 1500);
  ASSERT_GT(artwork_.pictures["/a.png"].size(), 65'536);

  const Answer answer = Get(Request("/a.png", 0, 0));

  ASSERT_TRUE(answer.status.ok()) << answer.status.error_message();
  EXPECT_EQ(answer.bytes, artwork_.pictures["/a.png"]);
  EXPECT_EQ(answer.header.content_type(), "image/png");
  EXPECT_EQ(answer.largest_chunk, 65'536);
}

TEST_P(ImageprocModuleTest, SendsNoBytesForWhatTheCallerHolds) {
  artwork_.pictures["/a.jpg"] = test_pictures::MakeJpeg(400, 600);
  v1::GetImageRequest request = Request("/a.jpg");
  request.set_if_none_match(Get(request).header.etag());

  const Answer answer = Get(request);

  ASSERT_TRUE(answer.status.ok());
  EXPECT_TRUE(answer.header.not_modified());
  EXPECT_TRUE(answer.bytes.empty());
}

TEST_P(ImageprocModuleTest, FailuresSayWhatIsWrong) {
  artwork_.pictures["/text"] = "this is only text";
  artwork_.pictures["/bomb.png"] = test_pictures::MakePngBomb(20'000, 20'000);
  const std::string poster = test_pictures::MakeJpeg(400, 600);
  artwork_.pictures["/cut.jpg"] = poster.substr(0, poster.size() / 2);
  v1::GetImageRequest blurred = Request("/text");
  blurred.mutable_transform()->set_blur(200);

  EXPECT_EQ(Get(Request("/text")).status.error_message(),
            "not a picture of a known kind, but text");
  EXPECT_EQ(Get(Request("/bomb.png")).status.error_message(),
            "too large: 20000×20000 is 400 megapixels, at most 100 allowed");
  EXPECT_EQ(Get(Request("/cut.jpg")).status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(Get(Request("/none")).status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Get(Request("/../x")).status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Get(Request("/a", 5000)).status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Get(blurred).status.error_message(), "blur 200 is outside 0 to 100 pixels");
  EXPECT_EQ(logger_.Count("picture cannot be shown"), 4);
}

TEST_P(ImageprocModuleTest, ManyCallersOfOneColdPictureCostOneFetch) {
  artwork_.pictures["/a.jpg"] = test_pictures::MakeJpeg(1000, 1500);
  artwork_.hold = &hold_;
  std::atomic<int> served = 0;

  std::vector<std::jthread> callers;
  for (int i = 0; i < 32; ++i) {
    callers.emplace_back([&] {
      if (Get(Request("/a.jpg")).status.ok()) ++served;
    });
  }
  hold_.count_down();
  callers.clear();

  EXPECT_EQ(served, 32);
  EXPECT_EQ(artwork_.fetches, 1);
}

TEST_P(ImageprocModuleTest, ACallerThatGoesAwayStopsTheFetch) {
  artwork_.hold = &hold_;
  grpc::ClientContext context;
  const auto reader = stub_->GetImage(&context, Request("/a.jpg"));
  while (artwork_.fetches == 0) std::this_thread::yield();

  context.TryCancel();
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);

  // The module ends although its origin does not answer: the fetch was given up.
  server_->Drain(clock_.Now() + absl::Seconds(5));
  module_->Drain(clock_.Now() + absl::Seconds(5));
  hold_.count_down();
}

TEST_P(ImageprocModuleTest, DescribesPicturesBesideAndWithoutTransformingThem) {
  artwork_.pictures["/a.jpg"] = test_pictures::MakeJpeg(400, 600);
  artwork_.pictures["/b.png"] = test_pictures::MakePng(300, 200);
  Get(Request("/a.jpg"));
  const auto describe = [this](const std::string& path, v1::DescribeImageResponse& response) {
    grpc::ClientContext context;
    v1::DescribeImageRequest request;
    *request.mutable_location() = Request(path).location();
    return stub_->DescribeImage(&context, request, &response);
  };

  v1::DescribeImageResponse beside, alone, none;
  ASSERT_TRUE(describe("/a.jpg", beside).ok());
  ASSERT_TRUE(describe("/b.png", alone).ok());

  EXPECT_EQ(beside.width(), 400);
  EXPECT_EQ(beside.content_type(), "image/jpeg");
  EXPECT_EQ(beside.colors_size(), 5);
  EXPECT_GE(beside.thumb_hash().size(), 20);
  EXPECT_EQ(alone.height(), 200);
  EXPECT_EQ(alone.content_type(), "image/png");
  EXPECT_EQ(describe("/none", none).error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(describe("/../x", none).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_P(ImageprocModuleTest, TellsThePlaylistWhatPicturesLookLike) {
  artwork_.pictures["/a.jpg"] = test_pictures::MakeJpeg(400, 600);
  artwork_.pictures["/b.png"] = test_pictures::MakePng(300, 200);

  Get(Request("/a.jpg"));
  Get(Request("/b.png"));

  const auto reported = artwork_.Reported(2);
  EXPECT_EQ(reported[0].source_path().source(), "Den");
  EXPECT_EQ(reported[0].source_path().path(), "/a.jpg");
  EXPECT_EQ(reported[0].validator(), "v1");
  EXPECT_EQ(reported[0].placeholder().dominant_color().size(), 7);
  EXPECT_EQ(reported[1].source_path().path(), "/b.png") << "for which libvips has to look twice";
  for (const auto& picture : reported) {
    EXPECT_GE(picture.placeholder().thumb_hash().size(), 5);
    EXPECT_LE(picture.placeholder().thumb_hash().size(), 25);
  }
}

TEST_P(ImageprocModuleTest, PurgesWhatIsNamed) {
  artwork_.pictures["/a.jpg"] = test_pictures::MakeJpeg(400, 600);
  Get(Request("/a.jpg"));
  const auto purge = [this](const v1::PurgeImagesRequest& request) {
    grpc::ClientContext context;
    v1::PurgeImagesResponse response;
    EXPECT_TRUE(stub_->PurgeImages(&context, request, &response).ok());
    return response.entries();
  };
  v1::PurgeImagesRequest other, den;
  other.set_source("Other");
  den.set_source("Den");

  EXPECT_EQ(purge(other), 0);
  EXPECT_EQ(purge(den), 4) << "in memory with its description, on disk, and the original";
  Get(Request("/a.jpg"));
  EXPECT_EQ(artwork_.fetches, 2);

  grpc::ClientContext context;
  v1::PurgeImagesResponse response;
  EXPECT_EQ(stub_->PurgeImages(&context, {}, &response).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_P(ImageprocModuleTest, MakesEveryStepThatCanBeAskedFor) {
  artwork_.pictures["/a.jpg"] = test_pictures::MakeJpeg(400, 600);
  const Answer plain = Get(Request("/a.jpg"));
  const std::vector<std::function<void(v1::Transform&)>> steps{
      [](v1::Transform& t) {
        t.set_position(v1::POSITION_TOP);
        t.set_height(200);
      },
      [](v1::Transform& t) {
        t.set_position(v1::POSITION_ATTENTION);
        t.set_height(201);
      },
      [](v1::Transform& t) {
        t.set_position(v1::POSITION_ENTROPY);
        t.set_height(202);
      },
      [](v1::Transform& t) {
        t.set_fit(v1::FIT_CONTAIN);
        t.set_background("#ff0000");
        t.set_height(300);
      },
      [](v1::Transform& t) {
        t.set_enlarge(true);
        t.set_width(900);
        t.set_height(1350);
      },
      [](v1::Transform& t) { t.set_blur(3); },
      [](v1::Transform& t) { t.set_greyscale(true); },
      [](v1::Transform& t) { t.set_sharpen(true); },
      [](v1::Transform& t) { t.set_progressive(true); },
      [](v1::Transform& t) { t.set_format(v1::FORMAT_AVIF); },
      [](v1::Transform& t) { t.set_format(v1::FORMAT_WEBP); },
      [](v1::Transform& t) { t.set_quality(30); },
      [](v1::Transform& t) { t.set_device_pixel_ratio(1.5); }};

  std::set<std::string> etags{plain.header.etag()};
  for (size_t i = 0; i < steps.size(); ++i) {
    v1::GetImageRequest request = Request("/a.jpg");
    steps[i](*request.mutable_transform());
    const Answer answer = Get(request);
    ASSERT_TRUE(answer.status.ok()) << i << ": " << answer.status.error_message();
    EXPECT_TRUE(answer.bytes != plain.bytes) << i;
    EXPECT_TRUE(etags.insert(answer.header.etag()).second) << i;
  }
  EXPECT_EQ(artwork_.fetches, 1);
}

TEST_P(ImageprocModuleTest, TellsHowItsTiersAreDoing) {
  artwork_.pictures["/a.jpg"] = test_pictures::MakeJpeg(400, 600);
  Get(Request("/a.jpg"));
  Get(Request("/a.jpg"));

  grpc::ClientContext context;
  v1::GetCacheStatsResponse stats;
  ASSERT_TRUE(stub_->GetCacheStats(&context, {}, &stats).ok());

  ASSERT_EQ(stats.tiers_size(), 2);
  EXPECT_EQ(stats.tiers(0).tier(), v1::TIER_MEMORY);
  EXPECT_EQ(stats.tiers(0).hits(), 1);
  EXPECT_EQ(stats.tiers(0).misses(), 1);
  EXPECT_EQ(stats.tiers(0).entries(), 2) << "the picture and its description";
  EXPECT_EQ(stats.tiers(0).inserts(), 2);
  EXPECT_EQ(stats.tiers(0).hit_ratio(), 0.5);
  EXPECT_EQ(stats.tiers(1).tier(), v1::TIER_DISK);
  EXPECT_EQ(stats.tiers(1).entries(), 2) << "the original and what was made of it";
  EXPECT_TRUE(stats.tiers(1).healthy());
}

INSTANTIATE_TEST_SUITE_P(InProcess, ImageprocModuleTest, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(OverTcp, ImageprocModuleTest, ::testing::Values(true));

}  // namespace
}  // namespace marquee::imageproc
