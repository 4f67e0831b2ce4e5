#include "services/gateway/ports/image_port.h"

#include "libs/rpc/error_info.h"
#include "services/gateway/http/status_table.h"

namespace marquee::gateway {

ImageFailure ClassifyImageFailure(const absl::Status& status) {
  // These codes have two causes: the service reports a reason (an origin that does not answer, an
  // original over the limit), or the service itself is overloaded or could not be reached.
  const std::string reason = rpc::ReasonOf(status);
  const bool is_away = absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
  if (is_away && reason.starts_with("ORIGIN_")) return ImageFailure::kNoImage;
  if (absl::IsResourceExhausted(status) && reason == "TOO_LARGE") return ImageFailure::kNoImage;
  switch (HttpStatusOf(status.code(), ErrorColumn::kImage)) {
    case 400:
      return ImageFailure::kMalformed;
    case 302:
      return ImageFailure::kNoImage;
    default:
      return ImageFailure::kOverload;
  }
}

}  // namespace marquee::gateway
