// Where it is told what pictures look like, so that displays can paint that before they have them.
#pragma once

#include "services/imageproc/model/image_key.h"
#include "services/imageproc/model/picture_description.h"

namespace marquee::imageproc {

// Thread-safe.
class PlaceholderReporter {
 public:
  virtual ~PlaceholderReporter() = default;
  // Returns at once. What does not arrive is lost: the picture is described anew some day.
  virtual void Report(const OriginalKey& key, const PictureDescription& description) = 0;
};

}  // namespace marquee::imageproc
