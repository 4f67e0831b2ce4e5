// Rejected and aborted transforms: unsupported files, decompression bombs, memory and time limits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <utility>

#include "libs/base/strings.h"
#include "services/imageproc/transform/test_images.h"
#include "services/imageproc/transform/vips_transformer_fixture.h"

namespace marquee::imageproc {
namespace {

using ::testing::HasSubstr;

TEST_F(VipsTransformerTest, RejectsUnsupportedFilesAndNamesTheirType) {
  ExpectRefused("", "empty");
  ExpectRefused("this is only text", "text");
  ExpectRefused("<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>", "an SVG");
  ExpectRefused("%PDF-1.7\n%\xe2\xe3", "a PDF");
  ExpectRefused(test_images::MakeTiff(30, 20), "a TIFF");
  ExpectRefused(std::string("PK\x03\x04", 4), "a ZIP");
}

TEST_F(VipsTransformerTest, DetectsTheTypeFromTheFirstBytesOnly) {
  // An image followed by HTML is an image; HTML followed by an image is not.
  const std::string poster = test_images::MakeJpeg(200, 300);

  EXPECT_TRUE(Run(poster + "<svg></svg><script>", {.width = 60}).ok());
  ExpectRefused("<svg></svg>" + poster, "an SVG");
  ExpectRefused("\xff\xd8\xff<svg></svg>", "cannot be decoded");
}

TEST_F(VipsTransformerTest, RejectsTruncatedImages) {
  const std::string jpeg = test_images::MakeJpeg(400, 600);
  const std::string png = test_images::MakePng(400, 600);
  const std::string webp = test_images::MakeWebp(400, 600);

  for (const std::string& whole : {jpeg, png, webp}) {
    ASSERT_TRUE(Run(whole, {.width = 60}).ok());
    for (const size_t part : {size_t{20}, whole.size() / 2, whole.size() * 9 / 10}) {
      ExpectRefused(whole.substr(0, part), "cannot be decoded");
    }
  }
}

TEST_F(VipsTransformerTest, RejectsDecompressionBombsByTheirHeader) {
  ExpectRefused(test_images::MakePngBomb(20'000, 20'000), "20000×20000 is 400 megapixels");
  ExpectRefused(test_images::MakePngBomb(65'535, 10), "at most 32768 per side");
}

TEST_F(VipsTransformerTest, RejectsImagesThatNeedTooMuchMemory) {
  limits_.max_decode_bytes = 1'000'000;
  VipsTransformer small(limits_, scaler_, clock_);
  const auto refusal = [&small](std::string image) {
    const MemoryBlob blob(std::move(image));
    return small.Transform(blob, *small.Inspect(blob), *Normalize({.width = 60}), {}).status();
  };

  EXPECT_TRUE(refusal(test_images::MakeJpeg(700, 600)).ok())
      << "a baseline JPEG is decoded in strips";
  EXPECT_TRUE(refusal(test_images::MakePng(700, 600)).ok());
  EXPECT_THAT(
      std::string(base::MessageOf(refusal(test_images::MakeJpeg(700, 600, {.progressive = true})))),
      HasSubstr("too large: decoding 700×600"));
  EXPECT_EQ(refusal(test_images::MakePng(700, 600, {.interlaced = true})).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(refusal(test_images::MakeWebp(700, 600)).code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(VipsTransformerTest, SubsampledChromaCostsHalfTheMemory) {
  const auto cost = [this](const test_images::JpegOptions& options) {
    return transformer_.Inspect(MemoryBlob(test_images::MakeJpeg(160, 160, options)))->decode_bytes;
  };

  EXPECT_EQ(cost({.progressive = true}), 160 * 160 * 3);
  EXPECT_EQ(cost({.progressive = true, .full_colour = true}), 160 * 160 * 6);
  EXPECT_EQ(cost({}), 0);
}

// A blob that requests a stop, or advances the clock, after some bytes were read.
class EventfulBlob final : public Blob {
 public:
  EventfulBlob(std::string bytes, uint64_t after, std::function<void()> event)
      : blob_(std::move(bytes)), after_(after), event_(std::move(event)) {}
  uint64_t size() const override { return blob_.size(); }
  absl::StatusOr<size_t> ReadAt(uint64_t offset, std::span<char> into) const override {
    if (offset + into.size() >= after_) event_();
    return blob_.ReadAt(offset, into);
  }

 private:
  const MemoryBlob blob_;
  const uint64_t after_;
  const std::function<void()> event_;
};

TEST_F(VipsTransformerTest, StopsAfterCancellation) {
  // A PNG is read while it is decoded, a WebP is read completely before.
  const std::string png = test_images::MakePng(1000, 1500);
  const std::string webp = test_images::MakeWebp(1000, 1500);
  for (const std::string& image : {png, webp}) {
    std::stop_source stop;
    const EventfulBlob blob(image, image.size() / 2, [&stop] { stop.request_stop(); });
    const ImageInfo info = *transformer_.Inspect(MemoryBlob(image));

    const auto answer =
        transformer_.Transform(blob, info, *Normalize({.width = 600}),
                               {.deadline = absl::InfiniteFuture(), .stop = stop.get_token()});

    EXPECT_EQ(answer.status().code(), absl::StatusCode::kCancelled);
  }
}

TEST_F(VipsTransformerTest, StopsAtTheDeadlineAndAtTheTimeLimit) {
  const std::string image = test_images::MakePng(2000, 3000);
  const EventfulBlob blob(image, image.size() / 2, [this] { clock_.Advance(absl::Seconds(20)); });
  const ImageInfo info = *transformer_.Inspect(MemoryBlob(image));

  const auto late =
      transformer_.Transform(blob, info, *Normalize({.width = 60}),
                             {.deadline = clock_.Now() + absl::Seconds(10), .stop = {}});
  const auto slow = transformer_.Transform(blob, info, *Normalize({.width = 60}), {});

  EXPECT_EQ(late.status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(slow.status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_THAT(std::string(base::MessageOf(slow.status())), HasSubstr("takes longer than 15 s"));
}

// Once started, advances at every reading.
class ImpatientClock final : public base::Clock {
 public:
  absl::Time Now() const override {
    if (begun) ++looks_;
    return absl::UnixEpoch() + absl::Seconds(6) * looks_.load();
  }
  absl::Duration Monotonic() const override { return absl::ZeroDuration(); }

  std::atomic<bool> begun = false;

 private:
  mutable std::atomic<int> looks_ = 0;
};

TEST_F(VipsTransformerTest, StopsBetweenStripsAfterTheFileWasRead) {
  const std::string image = test_images::MakeWebp(64, 16'000);
  const ImageInfo info = *transformer_.Inspect(MemoryBlob(image));
  const auto transform = [&] {
    ImpatientClock clock;
    // The last piece that a decoder receives.
    const Splice::Piece& last = info.splice.pieces().back();
    const EventfulBlob blob(image, last.offset + last.size, [&clock] { clock.begun = true; });
    return VipsTransformer(limits_, scaler_, clock)
        .Transform(blob, info, *Normalize({.format = Format::kJpeg}), {});
  };

  // libvips decodes on its own thread, and the watching thread may not run before an image that
  // takes only milliseconds is finished.
  absl::Status stopped = transform().status();
  for (int i = 0; i < 100 && stopped.ok(); ++i) stopped = transform().status();
  limits_.max_time = absl::Hours(1);
  const absl::Status patient = transform().status();

  EXPECT_THAT(std::string(base::MessageOf(stopped)), HasSubstr("takes longer than 15 s"));
  EXPECT_TRUE(patient.ok()) << patient;
}

}  // namespace
}  // namespace marquee::imageproc
