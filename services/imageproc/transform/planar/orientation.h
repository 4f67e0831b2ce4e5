// The eight camera orientations (TIFF 6.0, tag 274), as the operations that turn the stored image
// upright.
#pragma once

namespace marquee::imageproc {

struct Orientation {
  explicit Orientation(int tag)
      : mirror_x(tag == 2 || tag == 3 || tag == 7 || tag == 8),
        mirror_y(tag == 3 || tag == 4 || tag == 6 || tag == 7),
        turned(tag >= 5) {}

  bool mirror_x;  // of the stored image, before transposing
  bool mirror_y;
  bool turned;  // transposed: rows become columns
};

}  // namespace marquee::imageproc
