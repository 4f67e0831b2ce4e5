// Parsing any request returns an error or a key whose text contains every field.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "services/imageproc/service/image_request.h"

namespace marquee::imageproc {
namespace {

void Run(const std::string& bytes) {
  v1::GetImageRequest request;
  if (!request.ParseFromString(bytes)) return;
  const absl::StatusOr<ImageKey> key = ParseImageRequest(request);
  if (!key.ok()) {
    if (key.status().code() != absl::StatusCode::kInvalidArgument) std::abort();
    return;
  }
  const bool bounded = key->spec.width_px <= TransformSpec::kMaxSide &&
                       key->spec.height_px <= TransformSpec::kMaxSide && key->spec.quality >= 1 &&
                       key->spec.quality <= 100;
  if (!bounded || key->Text().empty() || !key->original.Check().ok()) std::abort();
}

}  // namespace
}  // namespace marquee::imageproc

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  marquee::imageproc::Run({reinterpret_cast<const char*>(data), size});
  return 0;
}
