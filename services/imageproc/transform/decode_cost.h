// Predicts the cost of a transform from the image header, before decoding; used by admission
// control. Pure arithmetic; the constants were measured and are explained in the .cc file.
#pragma once

#include <absl/time/time.h>

#include <cstdint>

#include "services/imageproc/transform/image_transformer.h"

namespace marquee::imageproc {

struct DecodeCost {
  uint64_t bytes = 0;  // peak memory
  absl::Duration
      cpu;  // on a core of 2020; DecodeSlots scales it to the speed measured on this machine
};

DecodeCost PredictCost(const ImageInfo& info, const TransformSpec& spec);

}  // namespace marquee::imageproc
