// Converts a geometry, which refers to the upright image, to sample positions in each decoded
// plane. Pure arithmetic.
#pragma once

#include "services/imageproc/transform/geometry.h"
#include "services/imageproc/transform/planar/jpeg_reader.h"
#include "services/imageproc/transform/planar/orientation.h"
#include "services/imageproc/transform/planar/resample_axis.h"

namespace marquee::imageproc {

class Placement {
 public:
  // `stored`: size of the image as stored in the file.
  Placement(Size stored, const Orientation& orientation, const Geometry& geometry);

  // The part of the stored image that is needed.
  JpegReader::Window window() const;
  // Pixels of the image per pixel of the result, along the side where this is less.
  double shrink() const;

  // How one decoded plane is resampled to one plane of the result, which is `halved` or not, before
  // transposing.
  struct Way {
    ResampleAxis columns;
    ResampleAxis rows;
    int left = 0;  // in the result's plane, before transposing
    int top = 0;
  };
  Way Of(const JpegReader::Layout& layout, bool halved) const;

 private:
  // Along one side of the stored image, in its pixels and those of the result.
  struct Side {
    double length = 0;  // of the image
    double begin = 0;   // offset of the visible part from the origin of the result
    double step = 1;
    int count = 0;   // pixels of the result covered by the image
    int offset = 0;  // first of these pixels
    bool mirrored = false;
  };

  static AxisSpan SpanOf(const Side& side, int samples, double per_pixel, bool halved);

  Side x_;
  Side y_;
};

}  // namespace marquee::imageproc
