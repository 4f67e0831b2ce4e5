// What a picture will cost, told from its header before anything is decoded: what admission counts
// with. Pure arithmetic; the constants were measured and stand in the .cc with their reasons.
#pragma once

#include <absl/time/time.h>

#include <cstdint>

#include "services/imageproc/transform/image_transformer.h"

namespace marquee::imageproc {

struct DecodeCost {
  uint64_t bytes = 0;  // of memory, at the peak
  absl::Duration cpu;  // on a core of 2020; whoever runs it knows how much faster this machine is
};

DecodeCost PredictCost(const PictureInfo& info, const TransformSpec& spec);

}  // namespace marquee::imageproc
