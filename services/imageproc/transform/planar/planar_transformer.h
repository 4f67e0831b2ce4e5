// The short way for what is nearly all traffic: a baseline JPEG in, a JPEG or WebP out. The planes
// that libjpeg decodes are resized and encoded as they are: no colour is converted, nothing that is
// cropped away is resized, and columns that are cropped away are not even decoded where that pays.
// Everything else goes to another transformer.
#pragma once

#include "libs/base/clock.h"
#include "services/imageproc/transform/image_transformer.h"

namespace marquee::imageproc {

class PlanarTransformer final : public ImageTransformer {
 public:
  // `others` takes what does not suit, and reads all headers. Both must outlive it.
  PlanarTransformer(const TransformLimits& limits, ImageTransformer& others,
                    const base::Clock& clock)
      : limits_(limits), others_(others), clock_(clock) {}

  const TransformLimits& limits() const override { return limits_; }
  absl::StatusOr<PictureInfo> Inspect(const Blob& blob) override { return others_.Inspect(blob); }
  absl::StatusOr<TransformedImage> Transform(const Blob& blob, const PictureInfo& info,
                                             const TransformSpec& spec,
                                             const base::CallContext& context) override;

 private:
  const TransformLimits limits_;
  ImageTransformer& others_;
  const base::Clock& clock_;
};

}  // namespace marquee::imageproc
