#include "services/imageproc/transform/vips_scaler.h"

#include <vips/vips8>

#include "libs/base/status.h"
#include "services/imageproc/transform/steps/steps.h"
#include "services/imageproc/transform/vips_runtime.h"
#include "services/imageproc/transform/vips_source.h"
#include "services/imageproc/transform/vips_watch.h"

namespace marquee::imageproc {

absl::StatusOr<ScaledPixels> VipsScaler::Scale(const Blob& file, const ImageInfo& info, Size size,
                                               const base::CallContext& context) {
  UseVipsOnThisThread();
  VipsBlobReader reader(file, context, clock_);
  try {
    vips::VImage image = imageproc::Scale(reader, info, size);
    if (image.format() != VIPS_FORMAT_UCHAR) image = image.cast(VIPS_FORMAT_UCHAR);
    const VipsWatch watch(image, context, clock_);
    size_t count = 0;
    void* memory = image.write_to_memory(&count);
    return ScaledPixels{.size = {image.width(), image.height()},
                        .bands = image.bands(),
                        .bytes = {static_cast<const uint8_t*>(memory), count},
                        .owner = std::shared_ptr<const void>(memory, g_free)};
  } catch (const vips::VError& error) {
    const absl::Status damaged = DamagedBy(error);
    MARQUEE_RETURN_IF_ERROR(context.Check(clock_));
    return reader.status().ok() ? damaged : reader.status();
  }
}

}  // namespace marquee::imageproc
