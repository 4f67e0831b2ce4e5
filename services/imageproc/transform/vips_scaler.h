// Decodes and reduces with libvips on the calling thread.
#pragma once

#include "libs/base/clock.h"
#include "services/imageproc/transform/image_scaler.h"

namespace marquee::imageproc {

// StartVips must have succeeded; `clock` must outlive it.
class VipsScaler final : public ImageScaler {
 public:
  explicit VipsScaler(const base::Clock& clock) : clock_(clock) {}

  absl::StatusOr<ScaledPixels> Scale(const Blob& file, const ImageInfo& info, Size size,
                                     const base::CallContext& context) override;

 private:
  const base::Clock& clock_;
};

}  // namespace marquee::imageproc
