// Port for the first half of a transform: decodes a file to pixels of the requested size. Some file
// types are decoded in a separate process, others in this one.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>
#include <span>

#include "libs/base/call_context.h"
#include "services/imageproc/model/original.h"
#include "services/imageproc/transform/geometry.h"
#include "services/imageproc/transform/image_transformer.h"

namespace marquee::imageproc {

// sRGB or grey, eight bits per sample, with or without alpha, row by row.
struct ScaledPixels {
  Size size;
  int bands = 0;                      // 1 grey, 2 grey with alpha, 3 RGB, 4 RGB with alpha
  std::span<const uint8_t> bytes;     // size.width * size.height * bands
  std::shared_ptr<const void> owner;  // owns the bytes
};

// Thread-safe.
class ImageScaler {
 public:
  virtual ~ImageScaler() = default;

  // Decodes, applies the orientation, converts colours and resizes to exactly `size`. `file`: the
  // bytes for decoders; `info`: parsed from it. kFailedPrecondition: the image is damaged or
  // exceeds the limits of memory or time. kCancelled and kDeadlineExceeded: from the context.
  // kInternal: no image can be decoded at present.
  virtual absl::StatusOr<ScaledPixels> Scale(const Blob& file, const ImageInfo& info, Size size,
                                             const base::CallContext& context) = 0;
};

}  // namespace marquee::imageproc
