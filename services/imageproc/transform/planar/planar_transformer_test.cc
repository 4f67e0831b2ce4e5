#include "services/imageproc/transform/planar/planar_transformer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/strings.h"
#include "libs/testing/fake_clock.h"
#include "services/imageproc/transform/test_images.h"
#include "services/imageproc/transform/vips_runtime.h"
#include "services/imageproc/transform/vips_scaler.h"
#include "services/imageproc/transform/vips_transformer.h"

namespace marquee::imageproc {
namespace {

using test_images::JpegOptions;
using ::testing::HasSubstr;

// libvips, counting its calls.
class CountingTransformer final : public ImageTransformer {
 public:
  explicit CountingTransformer(ImageTransformer& others) : others_(others) {}
  const TransformLimits& limits() const override { return others_.limits(); }
  absl::StatusOr<ImageInfo> Inspect(const Blob& blob) override { return others_.Inspect(blob); }
  absl::StatusOr<TransformedImage> Transform(const Blob& blob, const ImageInfo& info,
                                             const TransformSpec& spec,
                                             const base::CallContext& context) override {
    ++transforms;
    return others_.Transform(blob, info, spec, context);
  }
  int transforms = 0;

 private:
  ImageTransformer& others_;
};

class PlanarTransformerTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(StartVips().ok()); }

  static absl::StatusOr<TransformedImage> RunBy(ImageTransformer& transformer,
                                                const std::string& image,
                                                const TransformRequest& request) {
    const MemoryBlob blob(image);
    const absl::StatusOr<ImageInfo> info = transformer.Inspect(blob);
    if (!info.ok()) return info.status();
    return transformer.Transform(blob, *info, *Normalize(request), {});
  }

  // Both engines must agree except for rounding.
  void ExpectLikeVips(const std::string& image, const TransformRequest& request) {
    const int before = counting_.transforms;
    const auto ours = RunBy(planar_, image, request);
    EXPECT_EQ(counting_.transforms, before) << "uses the planar path";
    const auto theirs = RunBy(vips_, image, request);
    ASSERT_TRUE(ours.ok()) << ours.status();
    ASSERT_TRUE(theirs.ok()) << theirs.status();
    EXPECT_EQ(ours->content_type, theirs->content_type);
    EXPECT_EQ(std::pair(ours->width_px, ours->height_px),
              std::pair(theirs->width_px, theirs->height_px));
    const test_images::Header header = test_images::ReadHeader(ours->bytes);
    ASSERT_EQ(std::pair(header.width, header.height),
              std::pair(theirs->width_px, theirs->height_px));
    EXPECT_EQ(header.bands, test_images::ReadHeader(theirs->bytes).bands);
    EXPECT_FALSE(header.has_metadata);
    // In a small image each pixel counts, and most are edges.
    const bool small = std::min(header.width, header.height) < 64;
    EXPECT_GT(test_images::Psnr(ours->bytes, theirs->bytes), small ? 24 : 30);
  }

  testing::FakeClock clock_;
  TransformLimits limits_;
  VipsScaler scaler_{clock_};
  VipsTransformer vips_{limits_, scaler_, clock_};
  CountingTransformer counting_{vips_};
  PlanarTransformer planar_{limits_, counting_, clock_};
};

struct Case {
  std::string name;
  int width;
  int height;
  JpegOptions options;
};

class PlanarCorpusTest : public PlanarTransformerTest,
                         public ::testing::WithParamInterface<Case> {};

TEST_P(PlanarCorpusTest, MatchesTheOutputOfLibvips) {
  const Case& c = GetParam();
  const std::string image = test_images::MakeJpeg(c.width, c.height, c.options);
  const std::vector<TransformRequest> requests{
      {.width = 120, .height = 180},
      {.width = 181, .height = 97},
      {.width = 64, .height = 200, .position = Position::kTop},
      {.width = 150, .height = 150, .fit = Fit::kContain, .background = "#804020"},
      {.width = 151, .height = 333, .fit = Fit::kContain, .format = Format::kWebp},
      {.width = 133, .height = 133, .fit = Fit::kInside},
      {.height = 99, .format = Format::kWebp},
      {.width = 90, .quality = 95},
      {.width = 120, .height = 80, .greyscale = true},
      {.width = 120, .format = Format::kWebp, .greyscale = true},
      {.width = 900, .height = 900, .fit = Fit::kInside, .enlarge = true},
      {.format = Format::kJpeg, .progressive = true},
      {.width = 17, .height = 9}};

  for (size_t i = 0; i < requests.size(); ++i) {
    SCOPED_TRACE(c.name + ", request " + std::to_string(i));
    ExpectLikeVips(image, requests[i]);
  }
}

std::vector<Case> Corpus() {
  std::vector<Case> corpus{{"poster", 400, 600, {}},
                           {"odd", 333, 501, {}},
                           {"backdrop", 960, 540, {}},
                           {"odd_backdrop", 957, 541, {}},
                           {"full_colour", 400, 600, {.full_colour = true}},
                           {"grey", 401, 299, {.grey = true}},
                           {"srgb_profile", 300, 450, {.profile = "srgb"}},
                           {"large", 2000, 3000, {}},
                           {"panorama", 3000, 200, {}},
                           {"column", 90, 2500, {}},
                           {"tiny", 9, 7, {}}};
  for (int tag = 2; tag <= 8; ++tag) {
    corpus.push_back({"turned" + std::to_string(tag), 301, 200, {.orientation = tag}});
    corpus.push_back({"large_turned" + std::to_string(tag), 1501, 901, {.orientation = tag}});
  }
  return corpus;
}

INSTANTIATE_TEST_SUITE_P(Corpus, PlanarCorpusTest, ::testing::ValuesIn(Corpus()),
                         [](const auto& info) { return info.param.name; });

TEST_F(PlanarTransformerTest, PassesUnsuitableRequestsToLibvips) {
  const std::string poster = test_images::MakeJpeg(200, 300);
  const std::vector<std::pair<std::string, TransformRequest>> others{
      {test_images::MakeJpeg(200, 300, {.progressive = true}), {.width = 60}},
      {test_images::MakeJpeg(200, 300, {.cmyk = true}), {.width = 60}},
      {test_images::MakeJpeg(200, 300, {.profile = "p3"}), {.width = 60}},
      {test_images::MakePng(200, 300), {.width = 60}},
      {poster, {.width = 60, .format = Format::kPng}},
      {poster, {.width = 60, .blur = 2}},
      {poster, {.width = 60, .sharpen = true}},
      {poster, {.width = 60, .height = 60, .position = Position::kAttention}}};

  for (size_t i = 0; i < others.size(); ++i) {
    EXPECT_TRUE(RunBy(planar_, others[i].first, others[i].second).ok());
    EXPECT_EQ(counting_.transforms, static_cast<int>(i) + 1) << "case " << i;
  }
}

int DistanceToNearest(uint32_t rgb, const std::vector<ImageDescription::Colour>& colours) {
  int nearest = 3 * 255;
  for (const ImageDescription::Colour& colour : colours) {
    int distance = 0;
    for (const int shift : {0, 8, 16}) {
      distance += std::abs(static_cast<int>(rgb >> shift & 0xff) -
                           static_cast<int>(colour.rgb >> shift & 0xff));
    }
    nearest = std::min(nearest, distance);
  }
  return nearest;
}

TEST_F(PlanarTransformerTest, DescribesAsLibvipsWhenTheResultShowsTheWholeImage) {
  const std::string image = test_images::MakeJpeg(600, 900);
  const MemoryBlob blob(image);
  const ImageInfo info = *vips_.Inspect(blob);
  const auto ours = planar_.Transform(blob, info, TransformSpec::Describing(), {});
  const auto theirs = vips_.Transform(blob, info, TransformSpec::Describing(), {});
  ASSERT_TRUE(ours.ok()) << ours.status();
  ASSERT_TRUE(theirs.ok()) << theirs.status();
  EXPECT_EQ(counting_.transforms, 0);
  const ImageDescription description = *ParseDescription(ours->bytes);
  const ImageDescription other = *ParseDescription(theirs->bytes);

  EXPECT_EQ(std::pair(description.width_px, description.height_px), std::pair(600, 900));
  EXPECT_EQ(description.content_type, "image/jpeg");
  ASSERT_EQ(description.colours.size(), 5);
  for (const ImageDescription::Colour& colour : description.colours) {
    EXPECT_LT(DistanceToNearest(colour.rgb, other.colours), 80) << "sum over the three channels";
  }
  EXPECT_EQ(description.thumb_hash.size(), other.thumb_hash.size());
  EXPECT_NEAR(description.thumb_hash[0] & 63, other.thumb_hash[0] & 63, 1) << "the same luminance";

  for (const Format format : {Format::kJpeg, Format::kWebp}) {
    const auto beside = RunBy(planar_, image, {.width = 300, .height = 450, .format = format});
    ASSERT_TRUE(beside->description.has_value());
    EXPECT_LT(DistanceToNearest(beside->description->colours[0].rgb, description.colours), 80);
    EXPECT_EQ(beside->description->width_px, 600);
  }
  EXPECT_FALSE(RunBy(planar_, image, {.width = 300, .height = 100})->description.has_value());
}

TEST_F(PlanarTransformerTest, RejectsTruncatedJpegsWhateverTheCrop) {
  const std::string whole = test_images::MakeJpeg(400, 600);
  for (const TransformRequest& request :
       {TransformRequest{.width = 60}, {.width = 60, .height = 20, .position = Position::kTop}}) {
    EXPECT_TRUE(RunBy(planar_, whole + "what follows is no matter", request).ok());
    for (const size_t part : {whole.size() / 3, whole.size() / 2, whole.size() - 60}) {
      const auto answer = RunBy(planar_, whole.substr(0, part), request);
      EXPECT_EQ(answer.status().code(), absl::StatusCode::kFailedPrecondition) << part;
      EXPECT_THAT(std::string(base::MessageOf(answer.status())), HasSubstr("cannot be decoded"));
    }
  }
  EXPECT_EQ(counting_.transforms, 0);
}

TEST_F(PlanarTransformerTest, AcceptsAJpegWithoutEndMarkerOrWithTrailingZeros) {
  const TransformRequest requests[]{{.width = 60},
                                    {.width = 60, .height = 20, .position = Position::kTop},
                                    {.width = 60, .blur = 2}};
  for (const test_images::JpegOptions& options :
       {test_images::JpegOptions{}, {.progressive = true}, {.cmyk = true}, {.grey = true}}) {
    const std::string whole = test_images::MakeJpeg(400, 600, options);
    const std::string data = whole.substr(0, whole.size() - 2);
    for (const TransformRequest& request : requests) {
      const auto expected = RunBy(planar_, whole, request);
      for (const std::string& tail :
           {std::string(), std::string("\xff"), std::string(5000, '\0')}) {
        const auto answer = RunBy(planar_, data + tail, request);
        ASSERT_TRUE(answer.ok()) << answer.status() << " " << options.progressive << options.cmyk;
        EXPECT_EQ(answer->bytes, expected->bytes);
      }
      // Rows are missing, and other bytes take their place.
      const std::string part = whole.substr(0, whole.size() * 3 / 5);
      for (const std::string& tail : {std::string(), std::string(20'000, '\0')}) {
        EXPECT_EQ(RunBy(planar_, part + tail, request).status().code(),
                  absl::StatusCode::kFailedPrecondition)
            << options.progressive << options.cmyk << options.grey;
      }
    }
  }
}

TEST_F(PlanarTransformerTest, DamagedDataNeverCrashes) {
  const std::string whole = test_images::MakeJpeg(160, 240);
  for (size_t at = 2; at + 1 < whole.size(); at += 7) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x5a);
    RunBy(planar_, damaged, {.width = 60, .height = 60}).IgnoreError();
    RunBy(planar_, damaged, {.width = 20, .height = 60, .format = Format::kWebp}).IgnoreError();
  }
}

TEST_F(PlanarTransformerTest, StopsAtTheNextStripAfterCancellation) {
  const std::string image = test_images::MakeJpeg(2000, 3000);
  const MemoryBlob blob(image);
  const ImageInfo info = *planar_.Inspect(blob);
  std::stop_source stop;
  stop.request_stop();

  const auto answer =
      planar_.Transform(blob, info, *Normalize({.width = 600}),
                        {.deadline = absl::InfiniteFuture(), .stop = stop.get_token()});

  EXPECT_EQ(answer.status().code(), absl::StatusCode::kCancelled);
}

TEST_F(PlanarTransformerTest, RejectsImagesAboveTheLimits) {
  limits_.max_pixels = 10'000;
  PlanarTransformer small(limits_, counting_, clock_);

  const auto answer = RunBy(small, test_images::MakeJpeg(200, 300), {.width = 60});

  EXPECT_THAT(std::string(base::MessageOf(answer.status())), HasSubstr("megapixels"));
}

}  // namespace
}  // namespace marquee::imageproc
