#include "services/imageproc/transform/vips_transformer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "libs/base/strings.h"
#include "libs/testing/fake_clock.h"
#include "services/imageproc/transform/test_pictures.h"
#include "services/imageproc/transform/vips_runtime.h"

namespace marquee::imageproc {
namespace {

using ::testing::HasSubstr;

class VipsTransformerTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(StartVips().ok()); }

  absl::StatusOr<TransformedImage> Run(const std::string& picture, const TransformRequest& request,
                                       const base::CallContext& context = {}) {
    const MemoryBlob blob(picture);
    const absl::StatusOr<PictureInfo> info = transformer_.Inspect(blob);
    if (!info.ok()) return info.status();
    return transformer_.Transform(blob, *info, *Normalize(request), context);
  }

  void ExpectRefused(const std::string& picture, const std::string& saying) {
    const absl::StatusOr<TransformedImage> answer = Run(picture, {.width = 60, .height = 90});
    EXPECT_EQ(answer.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(base::MessageOf(answer.status())), HasSubstr(saying));
  }

  testing::FakeClock clock_;
  TransformLimits limits_;
  VipsTransformer transformer_{limits_, clock_};
};

TEST_F(VipsTransformerTest, MakesAJpegOfExactlyTheSizeAsked) {
  for (const bool progressive : {false, true}) {
    const auto answer = Run(test_pictures::MakeJpeg(1000, 1500, {.progressive = progressive}),
                            {.width = 601, .height = 899});

    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->content_type, "image/jpeg");
    const test_pictures::Header header = test_pictures::ReadHeader(answer->bytes);
    EXPECT_EQ(header.loader, "jpegload_buffer");
    EXPECT_EQ(std::pair(header.width, header.height), std::pair(601, 899));
    EXPECT_EQ(std::pair(answer->width_px, answer->height_px), std::pair(601, 899));
  }
}

TEST_F(VipsTransformerTest, MakesWebpAndPngWhenAsked) {
  const std::string poster = test_pictures::MakeJpeg(200, 300);

  EXPECT_EQ(
      test_pictures::ReadHeader(Run(poster, {.width = 60, .format = Format::kWebp})->bytes).loader,
      "webpload_buffer");
  EXPECT_EQ(
      test_pictures::ReadHeader(Run(poster, {.width = 60, .format = Format::kPng})->bytes).loader,
      "pngload_buffer");
}

TEST_F(VipsTransformerTest, LooksLikeTheOriginal) {
  const auto answer =
      Run(test_pictures::MakeJpeg(1200, 1800), {.width = 600, .height = 900, .quality = 90});

  // The same motif drawn at the size of the answer has finer stripes, so compare with a lossless
  // reduction instead.
  const auto reference = Run(test_pictures::MakePng(1200, 1800),
                             {.width = 600, .height = 900, .format = Format::kPng});
  EXPECT_GT(test_pictures::Psnr(answer->bytes, reference->bytes), 33);
}

TEST_F(VipsTransformerTest, TurnsUprightAndDropsTheTag) {
  // Orientation 6: to be turned clockwise, so that the left half ends up on top.
  const auto answer = Run(test_pictures::MakeJpeg(300, 200, {.orientation = 6}), {.height = 150});

  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(std::pair(answer->width_px, answer->height_px), std::pair(100, 150));
  const test_pictures::Colour top = test_pictures::MeanColour(answer->bytes, 0, 0, 1, 0.4);
  const test_pictures::Colour bottom = test_pictures::MeanColour(answer->bytes, 0, 0.6, 1, 0.4);
  EXPECT_GT(top.red, top.blue + 100);
  EXPECT_GT(bottom.blue, bottom.red + 100);
  EXPECT_FALSE(test_pictures::ReadHeader(answer->bytes).has_metadata);
}

TEST_F(VipsTransformerTest, ConvertsCmykGreyAndSixteenBits) {
  const auto cmyk = Run(test_pictures::MakeJpeg(300, 200, {.cmyk = true}), {.width = 150});
  const auto grey = Run(test_pictures::MakeJpeg(300, 200, {.grey = true}), {.width = 150});
  const auto deep = Run(test_pictures::MakePng(300, 200, {.sixteen_bits = true}), {.width = 150});

  ASSERT_TRUE(cmyk.ok()) << cmyk.status();
  EXPECT_EQ(test_pictures::ReadHeader(cmyk->bytes).bands, 3);
  const test_pictures::Colour left = test_pictures::MeanColour(cmyk->bytes, 0, 0, 0.4, 1);
  EXPECT_GT(left.red, left.blue + 50);
  ASSERT_TRUE(grey.ok()) << grey.status();
  const test_pictures::Colour mean = test_pictures::MeanColour(grey->bytes, 0, 0, 1, 1);
  EXPECT_NEAR(mean.red, mean.blue, 1);
  EXPECT_GT(mean.red, 60);
  ASSERT_TRUE(deep.ok()) << deep.status();
  EXPECT_GT(test_pictures::MeanColour(deep->bytes, 0, 0, 0.4, 1).red, 150);
  const auto deep_png = Run(test_pictures::MakePng(300, 200, {.sixteen_bits = true}),
                            {.width = 150, .format = Format::kPng});
  EXPECT_LT(test_pictures::MeanColour(deep_png->bytes, 0, 0, 0.4, 1).red, 256) << "eight bits";
}

TEST_F(VipsTransformerTest, ConvertsWhatCarriesAProfileOtherThanSrgb) {
  const std::string plain = test_pictures::MakeJpeg(300, 200);
  const std::string srgb = test_pictures::MakeJpeg(300, 200, {.profile = "srgb"});
  const std::string p3 = test_pictures::MakeJpeg(300, 200, {.profile = "p3"});
  ASSERT_LT(test_pictures::MeanColour(p3, 0, 0, 0.4, 1).red,
            test_pictures::MeanColour(plain, 0, 0, 0.4, 1).red - 5)
      << "the same red is a smaller number in the larger space";

  EXPECT_FALSE(transformer_.Inspect(MemoryBlob(plain))->needs_profile);
  EXPECT_FALSE(transformer_.Inspect(MemoryBlob(srgb))->needs_profile);
  EXPECT_TRUE(transformer_.Inspect(MemoryBlob(p3))->needs_profile);
  const auto converted = Run(p3, {.width = 150});
  EXPECT_NEAR(test_pictures::MeanColour(converted->bytes, 0, 0, 0.4, 1).red,
              test_pictures::MeanColour(plain, 0, 0, 0.4, 1).red, 4);
  EXPECT_FALSE(test_pictures::ReadHeader(converted->bytes).has_metadata);
}

TEST_F(VipsTransformerTest, KeepsTransparencyUnlessTheFormatHasNone) {
  const std::string logo = test_pictures::MakePng(300, 200, {.alpha = true});

  const auto kept = Run(logo, {.width = 150});
  const auto flat = Run(logo, {.width = 150, .format = Format::kJpeg});
  const auto opaque = Run(test_pictures::MakePng(300, 200), {.width = 150});

  EXPECT_EQ(kept->content_type, "image/png");
  EXPECT_EQ(test_pictures::ReadHeader(kept->bytes).bands, 4);
  EXPECT_LT(test_pictures::MeanColour(flat->bytes, 0, 0, 1, 0.4).red, 10) << "black shines through";
  EXPECT_EQ(opaque->content_type, "image/jpeg");
}

TEST_F(VipsTransformerTest, ReadsEveryKnownType) {
  EXPECT_TRUE(Run(test_pictures::MakeWebp(300, 200), {.width = 150}).ok());
  EXPECT_EQ(Run(test_pictures::MakeWebp(300, 200), {.width = 150})->content_type, "image/webp");
  EXPECT_TRUE(Run(test_pictures::MakeAnimatedGif(300, 200, 1), {.width = 150}).ok());
  EXPECT_TRUE(Run(test_pictures::MakePng(300, 200, {.interlaced = true}), {.width = 150}).ok());
}

TEST_F(VipsTransformerTest, FillsTheBoxForContainAndCropsTheMiddleForCover) {
  const std::string backdrop = test_pictures::MakeJpeg(800, 400);

  const auto contained = Run(backdrop, {.width = 100, .height = 100, .fit = Fit::kContain});
  const auto covered = Run(backdrop, {.width = 100, .height = 100, .fit = Fit::kCover});

  EXPECT_EQ(std::pair(contained->width_px, contained->height_px), std::pair(100, 100));
  EXPECT_LT(test_pictures::MeanColour(contained->bytes, 0, 0, 1, 0.2).green, 8);
  const test_pictures::Colour left = test_pictures::MeanColour(covered->bytes, 0, 0, 0.4, 1);
  const test_pictures::Colour right = test_pictures::MeanColour(covered->bytes, 0.6, 0, 0.4, 1);
  EXPECT_GT(left.red, left.blue + 100);
  EXPECT_GT(right.blue, right.red + 100);
}

TEST_F(VipsTransformerTest, NeverEnlarges) {
  const auto answer = Run(test_pictures::MakeJpeg(100, 150), {.width = 600, .height = 900});

  EXPECT_EQ(std::pair(answer->width_px, answer->height_px), std::pair(100, 150));
}

TEST_F(VipsTransformerTest, RefusesWhatIsNoPictureAndSaysWhatItIs) {
  ExpectRefused("", "empty");
  ExpectRefused("this is only text", "text");
  ExpectRefused("<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>", "an SVG");
  ExpectRefused("%PDF-1.7\n%\xe2\xe3", "a PDF");
  ExpectRefused(test_pictures::MakeTiff(30, 20), "a TIFF");
  ExpectRefused(std::string("PK\x03\x04", 4), "a ZIP");
}

TEST_F(VipsTransformerTest, BelievesTheBytesAndNotWhatFollowsThem) {
  // A picture with a page behind it is a picture; a page with a picture behind it is none.
  const std::string poster = test_pictures::MakeJpeg(200, 300);

  EXPECT_TRUE(Run(poster + "<svg></svg><script>", {.width = 60}).ok());
  ExpectRefused("<svg></svg>" + poster, "an SVG");
  ExpectRefused("\xff\xd8\xff<svg></svg>", "cannot be decoded");
}

TEST_F(VipsTransformerTest, RefusesPicturesThatAreCutOff) {
  const std::string jpeg = test_pictures::MakeJpeg(400, 600);
  const std::string png = test_pictures::MakePng(400, 600);
  const std::string webp = test_pictures::MakeWebp(400, 600);

  for (const std::string& whole : {jpeg, png, webp}) {
    ASSERT_TRUE(Run(whole, {.width = 60}).ok());
    for (const size_t part : {size_t{20}, whole.size() / 2, whole.size() * 9 / 10}) {
      ExpectRefused(whole.substr(0, part), "cannot be decoded");
    }
  }
}

TEST_F(VipsTransformerTest, RefusesBombsByTheirHeader) {
  ExpectRefused(test_pictures::MakePngBomb(20'000, 20'000), "20000×20000 is 400 megapixels");
  ExpectRefused(test_pictures::MakePngBomb(65'535, 10), "at most 32768 a side");
  ExpectRefused(test_pictures::MakeAnimatedGif(30, 20, 3), "animated: 3 frames");
}

TEST_F(VipsTransformerTest, RefusesWhatNeedsTooMuchMemoryToDecode) {
  limits_.max_decode_bytes = 1'000'000;
  VipsTransformer small(limits_, clock_);
  const auto refusal = [&small](std::string picture) {
    const MemoryBlob blob(std::move(picture));
    return small.Transform(blob, *small.Inspect(blob), *Normalize({.width = 60}), {}).status();
  };

  EXPECT_TRUE(refusal(test_pictures::MakeJpeg(700, 600)).ok())
      << "a baseline JPEG goes by in strips";
  EXPECT_TRUE(refusal(test_pictures::MakePng(700, 600)).ok());
  EXPECT_THAT(std::string(base::MessageOf(
                  refusal(test_pictures::MakeJpeg(700, 600, {.progressive = true})))),
              HasSubstr("too large: decoding 700×600"));
  EXPECT_EQ(refusal(test_pictures::MakePng(700, 600, {.interlaced = true})).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(refusal(test_pictures::MakeWebp(700, 600)).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(VipsTransformerTest, HalfColourCostsHalfTheMemory) {
  const auto cost = [this](const test_pictures::JpegOptions& options) {
    return transformer_.Inspect(MemoryBlob(test_pictures::MakeJpeg(160, 160, options)))
        ->decode_bytes;
  };

  EXPECT_EQ(cost({.progressive = true}), 160 * 160 * 3);
  EXPECT_EQ(cost({.progressive = true, .full_colour = true}), 160 * 160 * 6);
  EXPECT_EQ(cost({}), 0);
}

// A blob that raises a stop, or lets time pass, after some bytes were read.
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

TEST_F(VipsTransformerTest, StopsWhenNobodyWaitsAnyMore) {
  // A PNG is read as it is decoded, a WebP whole beforehand.
  const std::string png = test_pictures::MakePng(1000, 1500);
  const std::string webp = test_pictures::MakeWebp(1000, 1500);
  for (const std::string& picture : {png, webp}) {
    std::stop_source stop;
    const EventfulBlob blob(picture, picture.size() / 2, [&stop] { stop.request_stop(); });
    const PictureInfo info = *transformer_.Inspect(MemoryBlob(picture));

    const auto answer =
        transformer_.Transform(blob, info, *Normalize({.width = 600}),
                               {.deadline = absl::InfiniteFuture(), .stop = stop.get_token()});

    EXPECT_EQ(answer.status().code(), absl::StatusCode::kCancelled);
  }
}

TEST_F(VipsTransformerTest, StopsAtTheDeadlineAndAtItsOwnLimitOfTime) {
  const std::string picture = test_pictures::MakePng(2000, 3000);
  const EventfulBlob blob(picture, picture.size() / 2,
                          [this] { clock_.Advance(absl::Seconds(20)); });
  const PictureInfo info = *transformer_.Inspect(MemoryBlob(picture));

  const auto late =
      transformer_.Transform(blob, info, *Normalize({.width = 60}),
                             {.deadline = clock_.Now() + absl::Seconds(10), .stop = {}});
  const auto slow = transformer_.Transform(blob, info, *Normalize({.width = 60}), {});

  EXPECT_EQ(late.status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(slow.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(base::MessageOf(slow.status())), HasSubstr("takes longer than 15 s"));
}

// Time passes whenever somebody looks, once it has begun to.
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

TEST_F(VipsTransformerTest, StopsBetweenStripsWhatIsReadWholeBeforehand) {
  const std::string picture = test_pictures::MakeWebp(64, 16'000);
  const PictureInfo info = *transformer_.Inspect(MemoryBlob(picture));
  const auto transform = [&] {
    ImpatientClock clock;
    const EventfulBlob blob(picture, picture.size(), [&clock] { clock.begun = true; });
    return VipsTransformer(limits_, clock)
        .Transform(blob, info, *Normalize({.format = Format::kJpeg}), {});
  };

  // libvips decodes on a thread of its own, and the one that watches may not get a turn before a
  // picture that is done in milliseconds ends.
  absl::Status stopped = transform().status();
  for (int i = 0; i < 100 && stopped.ok(); ++i) stopped = transform().status();
  limits_.max_time = absl::Hours(1);
  const absl::Status patient = transform().status();

  EXPECT_THAT(std::string(base::MessageOf(stopped)), HasSubstr("takes longer than 15 s"));
  EXPECT_TRUE(patient.ok()) << patient;
}

TEST_F(VipsTransformerTest, ManyThreadsDecodeAtOnce) {
  const std::string poster = test_pictures::MakeJpeg(400, 600);
  std::vector<std::jthread> threads;

  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([this, &poster] {
      for (int round = 0; round < 10; ++round) {
        EXPECT_TRUE(Run(poster, {.width = 60, .height = 90}).ok());
        EXPECT_FALSE(Run(poster.substr(0, 500), {.width = 60}).ok());
      }
    });
  }
}

TEST(PictureTypeTest, KnowsTypesByTheirFirstBytes) {
  EXPECT_EQ(SniffPicture(std::string_view("\0\0\0\x1c"
                                          "ftypavif\0\0\0\0mif1miaf",
                                          24)),
            PictureType::kAvif);
  EXPECT_EQ(SniffPicture(std::string_view("\0\0\0\x18"
                                          "ftypmif1\0\0\0\0avif",
                                          20)),
            PictureType::kAvif);
  EXPECT_EQ(SniffPicture(std::string_view("\0\0\0\x18"
                                          "ftypheic\0\0\0\0mif1",
                                          20)),
            PictureType::kHeic);
  EXPECT_EQ(SniffPicture(std::string_view("\0\0\0\x18"
                                          "ftypisom\0\0\0\0mp42",
                                          20)),
            PictureType::kUnknown);
  EXPECT_EQ(SniffPicture("RIFF....WAVE"), PictureType::kUnknown);
  EXPECT_EQ(SniffPicture("\xff\xd8"), PictureType::kUnknown);
}

TEST(MayPassUntouchedTest, OnlyWhatBrowsersShowAndScreensHold) {
  EXPECT_TRUE(MayPassUntouched({.type = PictureType::kJpeg, .width_px = 3840, .height_px = 3840}));
  EXPECT_FALSE(MayPassUntouched({.type = PictureType::kJpeg, .width_px = 3841, .height_px = 10}));
  EXPECT_FALSE(MayPassUntouched({.type = PictureType::kHeic, .width_px = 10, .height_px = 10}));
}

}  // namespace
}  // namespace marquee::imageproc
