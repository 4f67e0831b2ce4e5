// Encodes planes to JPEG.
#pragma once

#include <absl/status/statusor.h>

#include <string>

#include "services/imageproc/transform/planar/plane.h"

namespace marquee::imageproc {

struct JpegWriteOptions {
  int quality = 80;
  bool progressive = false;
};

// `planes`: Range::kFull; their padding is overwritten. Writes neither a profile nor EXIF.
// kInternal: libjpeg rejects the input, which is a bug.
absl::StatusOr<std::string> WriteJpeg(Planes& planes, const JpegWriteOptions& options);

}  // namespace marquee::imageproc
