// Port that transforms an original into an image for a display. The input is untrusted: all sizes
// are checked before decoding, and no input can crash the program.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>

#include "libs/base/call_context.h"
#include "services/imageproc/model/image_description.h"
#include "services/imageproc/model/original.h"
#include "services/imageproc/model/transform_spec.h"
#include "services/imageproc/transform/container/spliced_blob.h"
#include "services/imageproc/transform/image_type.h"

namespace marquee::imageproc {

// Limits for originals. An image above one is rejected by its header.
struct TransformLimits {
  uint64_t max_pixels = 100'000'000;
  int max_side = 32'768;
  // Memory of the decoder itself: all coefficients of a progressive JPEG, an interlaced PNG, a WebP
  // or AVIF frame. A baseline JPEG or PNG is decoded in strips.
  uint64_t max_decode_bytes = uint64_t{192} << 20;
  absl::Duration max_time = absl::Seconds(15);  // from the start of decoding to the end of encoding
};

// Coded colours of a HEIF image without an ICC profile, as code points of ITU-T H.273. Unspecified
// ones (2) are treated as sRGB.
struct CodedColours {
  int primaries = 2;
  int transfer = 2;
  bool operator==(const CodedColours&) const = default;
};

// Contents of an image header.
struct ImageInfo {
  ImageType type = ImageType::kUnknown;
  int width_px = 0;     // upright: after the orientation tag is applied
  int height_px = 0;    // as width_px
  int orientation = 1;  // the tag, 1…8
  bool has_alpha = false;
  bool animated = false;  // only the first frame is used
  bool is_cmyk = false;
  bool needs_profile = false;  // carries a usable colour profile other than sRGB
  CodedColours colours = {};
  uint64_t decode_bytes = 0;      // estimated peak memory of the decoder
  uint64_t jpeg_scan_offset = 0;  // offset of the first scan in `splice`
  Splice splice = {};  // the parts of the file that decoders receive: the first frame, no metadata

  uint64_t pixels() const {
    return static_cast<uint64_t>(width_px) * static_cast<uint64_t>(height_px);
  }
};

struct TransformedImage {
  std::string bytes;
  std::string content_type;
  int width_px = 0;
  int height_px = 0;
  // Set if computing it cost almost nothing.
  std::optional<ImageDescription> description = std::nullopt;
};

// Thread-safe. Errors: kFailedPrecondition: the image is unusable, the message says why.
// kOutOfRange: this transform takes longer than TransformLimits::max_time; a smaller one may not.
// kInternal: images of this type cannot be decoded at present. kCancelled and kDeadlineExceeded:
// from the caller's context.
class ImageTransformer {
 public:
  virtual ~ImageTransformer() = default;

  // Limits above which Transform rejects; for checking in advance.
  virtual const TransformLimits& limits() const = 0;

  // Parses the structure of the file without decoding. Checks no limit except that every length is
  // within the file.
  virtual absl::StatusOr<ImageInfo> Inspect(const Blob& blob) = 0;

  // Decodes, applies the orientation, resizes, converts to sRGB and encodes without metadata.
  // `info`: result of Inspect for this blob. Rejects images above a limit before decoding, and
  // images that are cut off or damaged.
  virtual absl::StatusOr<TransformedImage> Transform(const Blob& blob, const ImageInfo& info,
                                                     const TransformSpec& spec,
                                                     const base::CallContext& context) = 0;
};

// kFailedPrecondition names the limit that `info` exceeds.
absl::Status CheckLimits(const ImageInfo& info, const TransformLimits& limits);

// Whether the bytes may be sent to a display unchanged when no size was requested: a type that
// every browser supports, a single frame, within TransformSpec::kMaxUnaskedSide.
bool MayPassUntouched(const ImageInfo& info);

}  // namespace marquee::imageproc
