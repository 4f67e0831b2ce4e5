#include "services/imageproc/transform/planar/plane.h"

namespace marquee::imageproc {

Plane Plane::Transposed() const {
  constexpr int kTile = 32;  // a tile of both planes fits the L1 cache
  Plane turned({size_.height, size_.width}, 0);
  for (int top = 0; top < size_.height; top += kTile) {
    for (int left = 0; left < size_.width; left += kTile) {
      for (int y = top; y < std::min(top + kTile, size_.height); ++y) {
        const uint8_t* from = Row(y);
        for (int x = left; x < std::min(left + kTile, size_.width); ++x) turned.Row(x)[y] = from[x];
      }
    }
  }
  return turned;
}

}  // namespace marquee::imageproc
