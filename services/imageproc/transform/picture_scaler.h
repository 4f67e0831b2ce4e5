// The first half of a transform: a file in, pixels of the size that is wanted out. A port, because
// some kinds of files are decoded in a process of their own.
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

// sRGB or grey, eight bits, with or without transparency, line by line.
struct ScaledPixels {
  Size size;
  int bands = 0;                      // 1 grey, 2 grey with alpha, 3 RGB, 4 RGB with alpha
  std::span<const uint8_t> bytes;     // size.width * size.height * bands
  std::shared_ptr<const void> owner;  // of the bytes
};

// Thread-safe.
class PictureScaler {
 public:
  virtual ~PictureScaler() = default;

  // Decodes, turns upright, converts colours and resizes to exactly `size`. `file`: what decoders
  // are given, `info`: what was read of it. kFailedPrecondition: the picture is damaged or needs
  // more memory or time than it may; kCancelled and kDeadlineExceeded by the context; kInternal:
  // nothing can be decoded now, whatever the picture.
  virtual absl::StatusOr<ScaledPixels> Scale(const Blob& file, const PictureInfo& info, Size size,
                                             const base::CallContext& context) = 0;
};

}  // namespace marquee::imageproc
