// Encodes planes to WebP.
#pragma once

#include <absl/status/statusor.h>

#include <string>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "services/imageproc/transform/planar/plane.h"

namespace marquee::imageproc {

// `planes`: three, Range::kLimited, half_colour. kCancelled, kDeadlineExceeded: from the context,
// checked with each row of blocks. kInternal: libwebp rejects the input, which is a bug.
absl::StatusOr<std::string> WriteWebp(Planes& planes, int quality, const base::CallContext& context,
                                      const base::Clock& clock);

}  // namespace marquee::imageproc
