#include "services/imageproc/transform/vips_transformer.h"

#include <vips/vips8>

#include "libs/base/status.h"
#include "services/imageproc/transform/container/container.h"
#include "services/imageproc/transform/geometry.h"
#include "services/imageproc/transform/steps/steps.h"
#include "services/imageproc/transform/time_limit.h"
#include "services/imageproc/transform/vips_runtime.h"
#include "services/imageproc/transform/vips_source.h"
#include "services/imageproc/transform/vips_watch.h"

namespace marquee::imageproc {
namespace {

using vips::VImage;

// Decoded in a separate process: these decoders are large and allocate memory by sizes in the file.
// GLib aborts the process when an allocation fails.
bool IsIsolated(ImageType type) {
  return type == ImageType::kGif || type == ImageType::kAvif || type == ImageType::kHeic;
}

VImage ToImage(const ScaledPixels& pixels) {
  const VipsInterpretation colours =
      pixels.bands < 3 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB;
  return VImage::new_from_memory(const_cast<uint8_t*>(pixels.bytes.data()), pixels.bytes.size(),
                                 pixels.size.width, pixels.size.height, pixels.bands,
                                 VIPS_FORMAT_UCHAR)
      .copy(VImage::option()->set("interpretation", colours));
}

}  // namespace

absl::StatusOr<ImageInfo> VipsTransformer::Inspect(const Blob& blob) { return ReadContainer(blob); }

absl::StatusOr<TransformedImage> VipsTransformer::Transform(const Blob& blob, const ImageInfo& info,
                                                            const TransformSpec& spec,
                                                            const base::CallContext& context) {
  MARQUEE_RETURN_IF_ERROR(CheckLimits(info, limits_));
  UseVipsOnThisThread();
  const TimeLimit limit(context, limits_.max_time, clock_);
  const SplicedBlob file(blob, info.splice);
  VipsBlobReader reader(file, limit.context(), clock_);
  const Geometry geometry = Plan({info.width_px, info.height_px}, spec);
  absl::StatusOr<ScaledPixels> isolated = ScaledPixels{};  // must outlive the images made from it
  if (IsIsolated(info.type)) {
    isolated = isolated_.Scale(file, info, geometry.scaled, limit.context());
    if (!isolated.ok()) return limit.Explain(isolated.status());
  }
  absl::Status failed;
  try {
    VImage scaled =
        IsIsolated(info.type) ? ToImage(*isolated) : Scale(reader, info, geometry.scaled);
    if (spec.format == Format::kDescription) {
      const VipsWatch watch(scaled, limit.context(), clock_);
      return AsAnswer(Describe(ToPixels(scaled), info));
    }
    const VImage placed = CropOrFill(scaled, geometry, spec);
    const Format format = ResolveFormat(spec.format, info.type, placed.has_alpha());
    const VImage opaque = Flatten(placed, spec, format);
    VImage finished = Sharpen(Blur(Greyscale(opaque, spec), spec), spec);
    // Up to here only headers were read, for some types the whole file; strips are decoded from
    // here on.
    if (limit.context().Check(clock_).ok()) {
      const VipsWatch watch(finished, limit.context(), clock_);
      return Encode(finished, spec, format);
    }
  } catch (const vips::VError& error) {
    failed = DamagedBy(error);
  }
  return limit.Explain(reader.status().ok() ? failed : reader.status());
}

}  // namespace marquee::imageproc
