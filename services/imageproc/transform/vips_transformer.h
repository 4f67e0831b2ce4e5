// Transformer based on libvips, for every type and fit. No exception or signal of libvips leaves
// it.
#pragma once

#include "libs/base/clock.h"
#include "services/imageproc/transform/image_scaler.h"
#include "services/imageproc/transform/image_transformer.h"

namespace marquee::imageproc {

// Thread-safe.
class VipsTransformer final : public ImageTransformer {
 public:
  // StartVips must have succeeded. `isolated` decodes GIF, AVIF and HEIC. Both must outlive this
  // object.
  VipsTransformer(const TransformLimits& limits, ImageScaler& isolated, const base::Clock& clock)
      : limits_(limits), isolated_(isolated), clock_(clock) {}

  const TransformLimits& limits() const override { return limits_; }
  absl::StatusOr<ImageInfo> Inspect(const Blob& blob) override;
  absl::StatusOr<TransformedImage> Transform(const Blob& blob, const ImageInfo& info,
                                             const TransformSpec& spec,
                                             const base::CallContext& context) override;

 private:
  const TransformLimits limits_;
  ImageScaler& isolated_;
  const base::Clock& clock_;
};

}  // namespace marquee::imageproc
