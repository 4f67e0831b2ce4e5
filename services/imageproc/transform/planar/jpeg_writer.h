// Planes to JPEG.
#pragma once

#include <absl/status/statusor.h>

#include <string>

#include "services/imageproc/transform/planar/plane.h"

namespace marquee::imageproc {

struct JpegWriteOptions {
  int quality = 80;
  bool progressive = false;
};

// `planes`: Range::kFull; padded by it. Nothing but the picture is written: no profile, no EXIF.
// kInternal: libjpeg refuses, which is our fault.
absl::StatusOr<std::string> WriteJpeg(Planes& planes, const JpegWriteOptions& options);

}  // namespace marquee::imageproc
