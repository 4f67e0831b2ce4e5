// From an original to what a display shows. The bytes come from strangers: everything is bounded
// before it is decoded, and nothing they hold ends the program.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>

#include "libs/base/call_context.h"
#include "services/imageproc/model/original.h"
#include "services/imageproc/model/picture_description.h"
#include "services/imageproc/model/transform_spec.h"
#include "services/imageproc/transform/container/spliced_blob.h"
#include "services/imageproc/transform/picture_type.h"

namespace marquee::imageproc {

// What may be decoded at all. Whatever is above is refused by its header.
struct TransformLimits {
  uint64_t max_pixels = 100'000'000;
  int max_side = 32'768;
  // What the decoder itself must hold: all of a progressive JPEG's coefficients, an interlaced
  // PNG, a WebP or AVIF frame. A baseline JPEG or PNG goes by in strips.
  uint64_t max_decode_bytes = uint64_t{192} << 20;
  absl::Duration max_time = absl::Seconds(15);  // decoding to encoding
};

// Coded colours of a HEIF picture without an ICC profile, by the numbers of ITU-T H.273. What is
// not said (2) is taken for sRGB.
struct CodedColours {
  int primaries = 2;
  int transfer = 2;
  bool operator==(const CodedColours&) const = default;
};

// What the header of a picture says.
struct PictureInfo {
  PictureType type = PictureType::kUnknown;
  int width_px = 0;     // upright: after the orientation tag is applied
  int height_px = 0;    // likewise
  int orientation = 1;  // the tag, 1…8
  bool has_alpha = false;
  bool animated = false;  // of which the first frame is shown
  bool is_cmyk = false;
  bool needs_profile = false;  // carries a usable colour profile other than sRGB
  CodedColours colours = {};
  uint64_t decode_bytes = 0;      // estimate of what the decoder must hold at once
  uint64_t jpeg_scan_offset = 0;  // where the first scan begins in what decoders are given
  Splice splice = {};  // what decoders are given of the file: the first frame, no metadata

  uint64_t pixels() const {
    return static_cast<uint64_t>(width_px) * static_cast<uint64_t>(height_px);
  }
};

struct TransformedImage {
  std::string bytes;
  std::string content_type;
  int width_px = 0;
  int height_px = 0;
  // Where it came at no cost worth speaking of.
  std::optional<PictureDescription> description = std::nullopt;
};

// Thread-safe. Errors are kFailedPrecondition, saying what is wrong with the picture; kOutOfRange,
// what was asked for takes longer than TransformLimits::max_time, which less may not; kInternal,
// nothing of this kind can be decoded now; kCancelled and kDeadlineExceeded, which come from the
// caller's context.
class ImageTransformer {
 public:
  virtual ~ImageTransformer() = default;

  // Above which Transform refuses, for whoever would know it before.
  virtual const TransformLimits& limits() const = 0;

  // Reads the structure of the file and says what is there; decodes nothing and checks no limit but
  // that every length is within the file.
  virtual absl::StatusOr<PictureInfo> Inspect(const Blob& blob) = 0;

  // Decodes, turns upright, resizes, converts to sRGB and encodes without metadata. `info` is what
  // Inspect said of this blob. Refuses what is above a limit before decoding, and a picture that
  // is cut off or damaged.
  virtual absl::StatusOr<TransformedImage> Transform(const Blob& blob, const PictureInfo& info,
                                                     const TransformSpec& spec,
                                                     const base::CallContext& context) = 0;
};

// kFailedPrecondition names the limit that `info` exceeds.
absl::Status CheckLimits(const PictureInfo& info, const TransformLimits& limits);

// Whether a display may be given these bytes as they are when it asked for no size: a type that
// every browser shows, of one frame, within TransformSpec::kMaxUnaskedSide.
bool MayPassUntouched(const PictureInfo& info);

}  // namespace marquee::imageproc
