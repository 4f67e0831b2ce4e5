// Converts requests from protobuf to the model.
#pragma once

#include <absl/status/statusor.h>

#include "marquee/imageproc/v1/image_service.pb.h"
#include "services/imageproc/model/image_key.h"
#include "services/imageproc/model/purge_scope.h"

namespace marquee::imageproc {

// kInvalidArgument names the field.
absl::StatusOr<ImageKey> ParseImageRequest(const v1::GetImageRequest& request);
// The description of an original has an ImageKey of its own and is cached like an image.
absl::StatusOr<ImageKey> ParseDescribeRequest(const v1::DescribeImageRequest& request);
absl::StatusOr<PurgeScope> ParsePurgeRequest(const v1::PurgeImagesRequest& request);

}  // namespace marquee::imageproc
