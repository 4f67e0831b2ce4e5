#include "services/imageproc/transform/vips_transformer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vips/vips8>

#include "libs/base/status.h"
#include "services/imageproc/transform/geometry.h"
#include "services/imageproc/transform/steps/steps.h"
#include "services/imageproc/transform/time_limit.h"
#include "services/imageproc/transform/vips_runtime.h"
#include "services/imageproc/transform/vips_source.h"

namespace marquee::imageproc {
namespace {

using vips::VImage;

constexpr size_t kSniffBytes = 512;

// libvips' text is several lines, of which the first says what happened. Its buffer belongs to all
// threads, so that a line of another picture may stand in it: good for a log, not for a decision.
absl::Status Damaged(const vips::VError& error) {
  vips_error_clear();
  const std::string_view text(error.what());
  return absl::FailedPreconditionError(
      fmt::format("cannot be decoded: {}", text.substr(0, text.find('\n'))));
}

int IntOf(const VImage& image, const char* name, int otherwise) {
  return image.get_typeof(name) != 0 ? image.get_int(name) : otherwise;
}

bool HasHalfColour(const VImage& image) {
  return image.get_typeof("jpeg-chroma-subsample") != 0 &&
         std::string_view(image.get_string("jpeg-chroma-subsample")) == "4:2:0";
}

// Whether a colour profile is there that is not sRGB by its own name. Most pictures that carry one
// carry sRGB, and converting from sRGB to itself takes as long as everything else together.
bool HasForeignProfile(const VImage& image) {
  if (image.get_typeof(VIPS_META_ICC_NAME) == 0) return false;
  size_t size = 0;
  const auto* data = static_cast<const char*>(image.get_blob(VIPS_META_ICC_NAME, &size));
  const std::string_view profile(data, size);
  // Its description is ASCII in version 2 and UTF-16 in version 4 of the format (ICC.1:2010).
  return profile.find("sRGB") == profile.npos &&
         profile.find(std::string_view("s\0R\0G\0B", 7)) == profile.npos;
}

// What the decoder must hold at once, beyond a few rows.
uint64_t DecodeBytes(const VImage& image, PictureType type) {
  const uint64_t pixels =
      static_cast<uint64_t>(image.width()) * static_cast<uint64_t>(image.height());
  const auto bands = static_cast<uint64_t>(image.bands());
  const uint64_t sample = image.format() == VIPS_FORMAT_USHORT ? 2 : 1;
  switch (type) {
    case PictureType::kJpeg:
      // A progressive JPEG ends only with the last scan: libjpeg keeps every coefficient, 16 bits
      // each. With colour at half the resolution both ways that is half as many.
      if (IntOf(image, "jpeg-multiscan", 0) == 0) return 0;
      return HasHalfColour(image) ? pixels * 3 : pixels * bands * 2;
    case PictureType::kPng:
      return IntOf(image, "interlaced", 0) != 0 ? pixels * bands * sample : 0;
    case PictureType::kAvif:
    case PictureType::kHeic:
      return pixels * (bands * sample + 3 * sample);  // planes, and the picture made from them
    default:
      return pixels * 4;
  }
}

// Sees to it that a picture whose time is up or whose callers are gone ends at its next strip.
class Watch {
 public:
  Watch(VImage& image, const base::CallContext& context, const base::Clock& clock)
      : image_(image.get_image()), context_(context), clock_(clock) {
    vips_image_set_progress(image_, TRUE);
    handler_ = g_signal_connect(image_, "eval", G_CALLBACK(&Watch::OnStrip), this);
  }
  ~Watch() { g_signal_handler_disconnect(image_, handler_); }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

 private:
  static void OnStrip(VipsImage* image, VipsProgress*, gpointer self) {
    const auto& watch = *static_cast<Watch*>(self);
    if (!watch.context_.Check(watch.clock_).ok()) vips_image_set_kill(image, TRUE);
  }

  VipsImage* image_;
  const base::CallContext& context_;
  const base::Clock& clock_;
  gulong handler_ = 0;
};

}  // namespace

absl::StatusOr<PictureInfo> VipsTransformer::Inspect(const Blob& blob) {
  UseVipsOnThisThread();
  std::array<char, kSniffBytes> head_bytes;
  MARQUEE_ASSIGN_OR_RETURN(const size_t head_size, blob.ReadAt(0, head_bytes));
  const std::string_view head(head_bytes.data(), head_size);
  PictureInfo info{.type = SniffPicture(head)};
  if (info.type == PictureType::kUnknown) {
    return absl::FailedPreconditionError(
        fmt::format("not a picture of a known kind, but {}", DescribeForeign(head)));
  }
  base::CallContext context;
  context.deadline = clock_.Now() + limits_.max_time;
  VipsBlobReader reader(blob, context, clock_);
  try {
    const VImage image = VImage::new_from_source(
        reader.MakeSource(), "", VImage::option()->set("access", VIPS_ACCESS_SEQUENTIAL));
    info.width_px = image.width();
    info.height_px = image.height();
    info.orientation = IntOf(image, VIPS_META_ORIENTATION, 1);
    // Those from five on lie on their side (TIFF 6.0, tag 274).
    if (info.orientation >= 5) std::swap(info.width_px, info.height_px);
    info.frames = IntOf(image, VIPS_META_N_PAGES, 1);
    info.has_alpha = image.has_alpha();
    info.is_cmyk = image.interpretation() == VIPS_INTERPRETATION_CMYK;
    info.needs_profile = HasForeignProfile(image);
    info.decode_bytes = DecodeBytes(image, info.type);
  } catch (const vips::VError& error) {
    const absl::Status damaged = Damaged(error);
    return reader.status().ok() ? damaged : reader.status();
  }
  return info;
}

absl::StatusOr<TransformedImage> VipsTransformer::Transform(const Blob& blob,
                                                            const PictureInfo& info,
                                                            const TransformSpec& spec,
                                                            const base::CallContext& context) {
  MARQUEE_RETURN_IF_ERROR(CheckLimits(info, limits_));
  UseVipsOnThisThread();
  const TimeLimit limit(context, limits_.max_time, clock_);
  VipsBlobReader reader(blob, limit.context(), clock_);
  absl::Status failed;
  try {
    const Geometry geometry = Plan({info.width_px, info.height_px}, spec);
    if (spec.format == Format::kDescription) {
      VImage small = Scale(reader, info, geometry.scaled);
      const Watch watch(small, limit.context(), clock_);
      return AsAnswer(Describe(ToPixels(small), info));
    }
    const VImage placed = CropOrFill(Scale(reader, info, geometry.scaled), geometry, spec);
    const Format format = ResolveFormat(spec.format, info.type, placed.has_alpha());
    const VImage opaque = Flatten(placed, spec, format);
    VImage finished = Sharpen(Blur(Greyscale(opaque, spec), spec), spec);
    // Up to here headers were read, for some types the whole file; strips come only now.
    if (limit.context().Check(clock_).ok()) {
      const Watch watch(finished, limit.context(), clock_);
      return Encode(finished, spec, format);
    }
  } catch (const vips::VError& error) {
    failed = Damaged(error);
  }
  return limit.Explain(reader.status().ok() ? failed : reader.status());
}

}  // namespace marquee::imageproc
