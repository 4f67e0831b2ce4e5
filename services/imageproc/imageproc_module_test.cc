// Images through the whole service: transforming, passing through, coalescing, rejecting,
// cancelling.
#include "services/imageproc/imageproc_module.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "services/imageproc/imageproc_module_fixture.h"
#include "services/imageproc/transform/test_images.h"

namespace marquee::imageproc {
namespace {

TEST_P(ImageprocModuleTest, TransformsAnImageOnceThenServesItFromTheTiers) {
  artwork_.images["/a.jpg"] = test_images::MakeJpeg(1000, 1500);

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
  const test_images::Header header = test_images::ReadHeader(made.bytes);
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

TEST_P(ImageprocModuleTest, StreamsTheOriginalInChunksWhenNoSizeIsRequested) {
  artwork_.images["/a.png"] = test_images::MakePng(1500, 1500);
  ASSERT_GT(artwork_.images["/a.png"].size(), 65'536);

  const Answer answer = Get(Request("/a.png", 0, 0));

  ASSERT_TRUE(answer.status.ok()) << answer.status.error_message();
  EXPECT_EQ(answer.bytes, artwork_.images["/a.png"]);
  EXPECT_EQ(answer.header.content_type(), "image/png");
  EXPECT_EQ(answer.largest_chunk, 65'536);
}

TEST_P(ImageprocModuleTest, SendsNoBytesWhenTheCallersETagMatches) {
  artwork_.images["/a.jpg"] = test_images::MakeJpeg(400, 600);
  v1::GetImageRequest request = Request("/a.jpg");
  request.set_if_none_match(Get(request).header.etag());

  const Answer answer = Get(request);

  ASSERT_TRUE(answer.status.ok());
  EXPECT_TRUE(answer.header.not_modified());
  EXPECT_TRUE(answer.bytes.empty());
}

TEST_P(ImageprocModuleTest, ErrorMessagesStateTheCause) {
  artwork_.images["/text"] = "this is only text";
  artwork_.images["/bomb.png"] = test_images::MakePngBomb(20'000, 20'000);
  const std::string poster = test_images::MakeJpeg(400, 600);
  artwork_.images["/cut.jpg"] = poster.substr(0, poster.size() / 2);
  v1::GetImageRequest blurred = Request("/text");
  blurred.mutable_transform()->set_blur(200);

  EXPECT_EQ(Get(Request("/text")).status.error_message(), "unsupported image format: text");
  EXPECT_EQ(Get(Request("/bomb.png")).status.error_message(),
            "too large: 20000×20000 is 400 megapixels, at most 100 allowed");
  EXPECT_EQ(Get(Request("/cut.jpg")).status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(Get(Request("/none")).status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Get(Request("/../x")).status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Get(Request("/a", 5000)).status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Get(blurred).status.error_message(), "blur 200 is outside 0 to 100 pixels");
  EXPECT_EQ(logger_.Count("image cannot be shown"), 4);
}

TEST_P(ImageprocModuleTest, CoalescesConcurrentRequestsIntoOneFetch) {
  artwork_.images["/a.jpg"] = test_images::MakeJpeg(1000, 1500);
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

TEST_P(ImageprocModuleTest, CancelsTheFetchWhenTheCallerCancels) {
  artwork_.hold = &hold_;
  grpc::ClientContext context;
  const auto reader = stub_->GetImage(&context, Request("/a.jpg"));
  while (artwork_.fetches == 0) std::this_thread::yield();

  context.TryCancel();
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);

  // The module shuts down although its origin does not respond, because the fetch was cancelled.
  server_->Drain(clock_.Now() + absl::Seconds(5));
  module_->Drain(clock_.Now() + absl::Seconds(5));
  hold_.count_down();
}

TEST_P(ImageprocModuleTest, AppliesEveryTransformStep) {
  artwork_.images["/a.jpg"] = test_images::MakeJpeg(400, 600);
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

INSTANTIATE_TEST_SUITE_P(InProcess, ImageprocModuleTest, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(OverTcp, ImageprocModuleTest, ::testing::Values(true));

}  // namespace
}  // namespace marquee::imageproc
