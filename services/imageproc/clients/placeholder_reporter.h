// Port that receives placeholder descriptions of images, which displays paint before the image
// arrives.
#pragma once

#include "services/imageproc/model/image_description.h"
#include "services/imageproc/model/image_key.h"

namespace marquee::imageproc {

// Thread-safe.
class PlaceholderReporter {
 public:
  virtual ~PlaceholderReporter() = default;
  // Does not block. A lost report is not retried: a later description of the image replaces it.
  virtual void Report(const OriginalKey& key, const ImageDescription& description) = 0;
};

}  // namespace marquee::imageproc
