// From a geometry, which speaks of the upright picture, to where the samples of each decoded plane
// go. Pure arithmetic.
#pragma once

#include "services/imageproc/transform/geometry.h"
#include "services/imageproc/transform/planar/jpeg_reader.h"
#include "services/imageproc/transform/planar/orientation.h"
#include "services/imageproc/transform/planar/resample_axis.h"

namespace marquee::imageproc {

class Placement {
 public:
  // `stored`: size of the picture as it lies in the file.
  Placement(Size stored, const Orientation& orientation, const Geometry& geometry);

  // What of the stored picture is looked at.
  JpegReader::Window window() const;
  // Pixels of the picture a pixel of the answer, along the side where that is fewer.
  double shrink() const;

  // How one decoded plane becomes one of the answer, which is `halved` or not, before turning.
  struct Way {
    ResampleAxis columns;
    ResampleAxis rows;
    int left = 0;  // in the plane of the answer, before turning
    int top = 0;
  };
  Way Of(const JpegReader::Layout& layout, bool halved) const;

 private:
  // Along one side of the stored picture, in its pixels and those of the answer.
  struct Side {
    double length = 0;  // of the picture
    double begin = 0;   // where the answer's part begins, seen from where the answer begins
    double step = 1;
    int count = 0;   // pixels of the answer that show the picture
    int offset = 0;  // the first of them
    bool mirrored = false;
  };

  static AxisSpan SpanOf(const Side& side, int samples, double per_pixel, bool halved);

  Side x_;
  Side y_;
};

}  // namespace marquee::imageproc
