// From the wire's words to ours.
#pragma once

#include <absl/status/statusor.h>

#include "marquee/imageproc/v1/image_service.pb.h"
#include "services/imageproc/model/image_key.h"

namespace marquee::imageproc {

// kInvalidArgument names the field.
absl::StatusOr<ImageKey> ParseImageRequest(const v1::GetImageRequest& request);

}  // namespace marquee::imageproc
