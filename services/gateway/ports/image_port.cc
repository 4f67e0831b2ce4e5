#include "services/gateway/ports/image_port.h"

#include "libs/rpc/error_info.h"

namespace marquee::gateway {

ImageFailure ClassifyImageFailure(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      return ImageFailure::kMalformed;
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kOutOfRange:
      return ImageFailure::kNoImage;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      // These codes have two causes: the service reports a reason (an origin that does not answer),
      // or the service itself could not be reached.
      return rpc::ReasonOf(status).starts_with("ORIGIN_") ? ImageFailure::kNoImage
                                                          : ImageFailure::kOverload;
    case absl::StatusCode::kResourceExhausted:
      return rpc::ReasonOf(status) == "TOO_LARGE" ? ImageFailure::kNoImage
                                                  : ImageFailure::kOverload;
    default:
      return ImageFailure::kOverload;
  }
}

}  // namespace marquee::gateway
