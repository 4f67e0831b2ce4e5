// Fast path for most requests: baseline JPEG to JPEG or WebP. The planes decoded by libjpeg are
// resized and encoded without colour conversion; cropped parts are not resized, and cropped columns
// are not even decoded where that is faster. Everything else is passed to another transformer.
#pragma once

#include "libs/base/clock.h"
#include "services/imageproc/transform/image_transformer.h"

namespace marquee::imageproc {

class PlanarTransformer final : public ImageTransformer {
 public:
  // `others` handles unsuitable requests and parses all headers. Both must outlive this object.
  PlanarTransformer(const TransformLimits& limits, ImageTransformer& others,
                    const base::Clock& clock)
      : limits_(limits), others_(others), clock_(clock) {}

  const TransformLimits& limits() const override { return limits_; }
  absl::StatusOr<ImageInfo> Inspect(const Blob& blob) override { return others_.Inspect(blob); }
  absl::StatusOr<TransformedImage> Transform(const Blob& blob, const ImageInfo& info,
                                             const TransformSpec& spec,
                                             const base::CallContext& context) override;

 private:
  const TransformLimits limits_;
  ImageTransformer& others_;
  const base::Clock& clock_;
};

}  // namespace marquee::imageproc
