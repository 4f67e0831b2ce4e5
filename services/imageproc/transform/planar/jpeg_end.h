// JPEGs that lack only their end marker or end in zeros instead, as after a download whose last
// bytes were not written. Browsers show them, and so does this service if every row is present.
#pragma once

#include <absl/status/statusor.h>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "services/imageproc/transform/image_transformer.h"

namespace marquee::imageproc {

// The bytes that decoders receive of this JPEG: info.splice if it has its end marker, otherwise the
// same with an end marker added. The second case decodes the whole image once. kFailedPrecondition:
// rows are missing. Other errors as JpegReader.
absl::StatusOr<Splice> WithEnd(const Blob& original, const ImageInfo& info,
                               const base::CallContext& context, const base::Clock& clock);

}  // namespace marquee::imageproc
