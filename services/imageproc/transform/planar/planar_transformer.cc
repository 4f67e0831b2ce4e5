#include "services/imageproc/transform/planar/planar_transformer.h"

#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>
#include <vector>

#include "libs/base/status.h"
#include "services/imageproc/transform/geometry.h"
#include "services/imageproc/transform/planar/jpeg_end.h"
#include "services/imageproc/transform/planar/jpeg_reader.h"
#include "services/imageproc/transform/planar/jpeg_writer.h"
#include "services/imageproc/transform/planar/placement.h"
#include "services/imageproc/transform/planar/thumbnail.h"
#include "services/imageproc/transform/planar/webp_writer.h"
#include "services/imageproc/transform/time_limit.h"

namespace marquee::imageproc {
namespace {

// Same value as in libvips: above this quality, chroma is not subsampled.
constexpr int kFullColourQuality = 90;

bool Suits(const ImageInfo& info, const TransformSpec& spec) {
  const bool written = spec.format == Format::kOriginal || spec.format == Format::kJpeg ||
                       spec.format == Format::kWebp || spec.format == Format::kDescription;
  const bool plain = spec.blur_tenths == 0 && !spec.sharpen;
  const bool placed = spec.position == Position::kCentre || spec.position == Position::kTop;
  return !info.needs_profile && !info.is_cmyk && written && plain && placed;
}

// The largest reduction in the decoder that leaves enough pixels. Powers of two only: libjpeg-turbo
// has SIMD for these.
int EighthsFor(double shrink) {
  if (shrink >= 8) return 1;
  if (shrink >= 4) return 2;
  return shrink >= 2 ? 4 : 8;
}

// Level conversion of plane `c` from JPEG's full range.
Levels LevelsOf(size_t c, Range range) {
  if (range == Range::kFull) return {};
  const double scale = (c == 0 ? 219 : 224) / 255.0;
  const double offset = c == 0 ? 16 : 128 - 128 * scale;
  return {.scale = static_cast<int16_t>(std::lround(scale * 32768)),
          .offset = static_cast<int16_t>(std::lround(offset * (1 << kFractionBits)))};
}

// Converts a colour 0xrrggbb to samples of the three planes (JFIF 1.02, page 3).
std::array<uint8_t, 3> SamplesOf(uint32_t rgb, Range range) {
  const double r = rgb >> 16;
  const double g = rgb >> 8 & 0xff;
  const double b = rgb & 0xff;
  const double y = 0.299 * r + 0.587 * g + 0.114 * b;
  const std::array<double, 3> full{y, (b - y) / 1.772 + 128, (r - y) / 1.402 + 128};
  std::array<uint8_t, 3> samples;
  for (size_t c = 0; c < 3; ++c) {
    const Levels levels = LevelsOf(c, range);
    const double exact = range == Range::kFull
                             ? full[c]
                             : full[c] * levels.scale / 32768 +
                                   levels.offset / static_cast<double>(1 << kFractionBits);
    samples[c] = static_cast<uint8_t>(std::lround(std::clamp(exact, 0.0, 255.0)));
  }
  return samples;
}

// Decodes and resizes in strips. The file may lack its end marker.
absl::StatusOr<Planes> MakePlanes(JpegReader& reader, const Orientation& orientation,
                                  const Geometry& geometry, const TransformSpec& spec, Range range,
                                  bool half_colour) {
  const Placement placement(reader.size(), orientation, geometry);
  MARQUEE_ASSIGN_OR_RETURN(const std::vector<JpegReader::Layout> layouts,
                           reader.Start(EighthsFor(placement.shrink()), placement.window()));
  const std::array<uint8_t, 3> background = SamplesOf(spec.background, range);
  Planes answer{
      .size = geometry.answer, .planes = {}, .half_colour = half_colour && layouts.size() == 3};
  answer.planes.reserve(layouts.size());
  std::vector<PlaneResampler> resamplers;
  resamplers.reserve(layouts.size());
  Placement::Way way;
  for (size_t c = 0; c < layouts.size(); ++c) {
    const bool halved = c > 0 && answer.half_colour;
    Size size = halved ? HalfOf(geometry.answer) : geometry.answer;
    if (orientation.turned) std::swap(size.width, size.height);
    answer.planes.emplace_back(size, background[c]);
    // Cb and Cr usually have the same layout, and computing the weights is slow.
    if (c < 2 || layouts[c] != layouts[c - 1]) way = placement.Of(layouts[c], halved);
    resamplers.emplace_back(way.columns, way.rows, layouts[c].lines,
                            PlaneResampler::Target{.plane = &answer.planes.back(),
                                                   .left = way.left,
                                                   .top = way.top,
                                                   .mirror_x = orientation.mirror_x,
                                                   .mirror_y = orientation.mirror_y,
                                                   .levels = LevelsOf(c, range)});
  }
  const auto done = [&resamplers] {
    for (const PlaneResampler& resampler : resamplers) {
      if (!resampler.done()) return false;
    }
    return true;
  };
  while (!done()) MARQUEE_RETURN_IF_ERROR(reader.ReadStrip(resamplers));
  if (orientation.turned) {
    for (Plane& plane : answer.planes) plane = plane.Transposed();
  }
  return answer;
}

// Whether the result shows the whole image, except for a few pixels at the sides, so that its
// description also describes the original.
bool ShowsAll(const Geometry& geometry) {
  const auto close = [](int a, int b) { return std::abs(a - b) <= a / 20; };
  return close(geometry.scaled.width, geometry.answer.width) &&
         close(geometry.scaled.height, geometry.answer.height);
}

// A JPEG without colour has only the luma plane; WebP always needs three planes.
void FitColourPlanes(Planes& planes, const TransformSpec& spec, Range range) {
  if (spec.greyscale) {
    planes.planes.resize(1);
    planes.half_colour = false;
  }
  if (range == Range::kFull || planes.planes.size() == 3) return;
  planes.planes.resize(3, Plane(HalfOf(planes.size), 128));
}

}  // namespace

absl::StatusOr<TransformedImage> PlanarTransformer::Transform(const Blob& blob,
                                                              const ImageInfo& info,
                                                              const TransformSpec& spec,
                                                              const base::CallContext& context) {
  if (info.type != ImageType::kJpeg) return others_.Transform(blob, info, spec, context);
  MARQUEE_RETURN_IF_ERROR(CheckLimits(info, limits_));
  const TimeLimit limit(context, limits_.max_time, clock_);
  const SplicedBlob file(blob, info.splice);
  JpegReader reader(file, limit.context(), clock_);
  if (const absl::Status read = reader.ReadHeader(); !read.ok()) return limit.Explain(read);
  if (!Suits(info, spec) || !reader.has_planes()) {
    absl::StatusOr<Splice> ended = WithEnd(blob, info, limit.context(), clock_);
    if (!ended.ok()) return limit.Explain(ended.status());
    ImageInfo finished = info;
    finished.splice = *std::move(ended);
    return others_.Transform(blob, finished, spec, context);
  }

  const bool webp = spec.format == Format::kWebp;
  const Range range = webp ? Range::kLimited : Range::kFull;
  const bool half_colour = webp || spec.quality < kFullColourQuality;
  const Geometry geometry = Plan({info.width_px, info.height_px}, spec);
  absl::StatusOr<Planes> planes =
      MakePlanes(reader, Orientation(info.orientation), geometry, spec, range, half_colour);
  if (!planes.ok()) return limit.Explain(planes.status());
  const absl::StatusOr<bool> ends = reader.SeesEnd();
  if (!ends.ok()) return limit.Explain(ends.status());
  if (!*ends) {
    const absl::StatusOr<Splice> ended = WithEnd(blob, info, limit.context(), clock_);
    if (!ended.ok()) return limit.Explain(ended.status());
  }
  std::optional<ImageDescription> description;
  if (ShowsAll(geometry) && !spec.greyscale) {
    description = Describe(ThumbnailOf(*planes, range), info);
    if (spec.format == Format::kDescription) return AsAnswer(*description);
  }
  FitColourPlanes(*planes, spec, range);
  absl::StatusOr<std::string> bytes =
      webp ? WriteWebp(*planes, spec.quality, limit.context(), clock_)
           : WriteJpeg(*planes, {.quality = spec.quality, .progressive = spec.progressive});
  if (!bytes.ok()) return limit.Explain(bytes.status());
  return TransformedImage{.bytes = *std::move(bytes),
                          .content_type = webp ? "image/webp" : "image/jpeg",
                          .width_px = geometry.answer.width,
                          .height_px = geometry.answer.height,
                          .description = std::move(description)};
}

}  // namespace marquee::imageproc
