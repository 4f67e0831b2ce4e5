// The transformer over libvips: every type, every fit. Exceptions and signals of libvips end here.
#pragma once

#include "libs/base/clock.h"
#include "services/imageproc/transform/image_transformer.h"

namespace marquee::imageproc {

// `clock` must outlive it.
class VipsTransformer final : public ImageTransformer {
 public:
  // StartVips must have succeeded.
  VipsTransformer(const TransformLimits& limits, const base::Clock& clock)
      : limits_(limits), clock_(clock) {}

  const TransformLimits& limits() const override { return limits_; }
  absl::StatusOr<PictureInfo> Inspect(const Blob& blob) override;
  absl::StatusOr<TransformedImage> Transform(const Blob& blob, const PictureInfo& info,
                                             const TransformSpec& spec,
                                             const base::CallContext& context) override;

 private:
  const TransformLimits limits_;
  const base::Clock& clock_;
};

}  // namespace marquee::imageproc
