// What comes over the wire: an error, or a key whose text says all of it.
#include <cstdint>
#include <cstdlib>

#include "services/imageproc/service/image_request.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace marquee::imageproc;
  v1::GetImageRequest request;
  if (!request.ParseFromArray(data, static_cast<int>(size))) return 0;
  const absl::StatusOr<ImageKey> key = ParseImageRequest(request);
  if (!key.ok()) {
    if (key.status().code() != absl::StatusCode::kInvalidArgument) std::abort();
    return 0;
  }
  const bool bounded = key->spec.width_px <= TransformSpec::kMaxSide &&
                       key->spec.height_px <= TransformSpec::kMaxSide && key->spec.quality >= 1 &&
                       key->spec.quality <= 100;
  if (!bounded || key->Text().empty() || !key->original.Check().ok()) std::abort();
  return 0;
}
