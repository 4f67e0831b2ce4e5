// JPEGs that lack only their end marker, or end in zeros instead, as a download does whose last
// bytes were never written. Browsers show them, and so do we where every row is there.
#pragma once

#include <absl/status/statusor.h>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "services/imageproc/transform/image_transformer.h"

namespace marquee::imageproc {

// What decoders are given of this JPEG: info.splice where it has its end, else the same with an
// end. Decodes the whole picture once in the second case. kFailedPrecondition: rows are missing;
// else as JpegReader.
absl::StatusOr<Splice> WithEnd(const Blob& original, const PictureInfo& info,
                               const base::CallContext& context, const base::Clock& clock);

}  // namespace marquee::imageproc
