// What is done to a picture, in one normal form: two requests that want the same answer have equal
// specs, hence one key, one flight and one entry in every tier.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>

namespace marquee::imageproc {

enum class Fit {
  kCover,    // fills the box; what sticks out at the sides is cropped
  kContain,  // fits into the box, centred; the rest of the box is background
  kInside,   // fits into the box; the answer may be smaller than the box
};

// What COVER keeps.
enum class Position {
  kCentre,
  kTop,        // the upper edge, centred
  kAttention,  // what draws the eye: skin, saturated colours, edges
  kEntropy,    // where most happens
};

enum class Format {
  kOriginal,  // JPEG and WebP stay, transparency stays (as PNG), everything else becomes JPEG
  kJpeg,
  kWebp,
  kAvif,
  kPng,
  kDescription,  // no picture, but what it is like (picture_description.h)
};

// As a caller says it. Zero means "not said".
struct TransformRequest {
  int width = 0;                  // CSS pixels, 0…4000
  int height = 0;                 // CSS pixels, 0…4000
  double device_pixel_ratio = 0;  // 0.5…4; 0 means 1
  int quality = 0;                // 1…100; 0 means 80
  Fit fit = Fit::kCover;
  Position position = Position::kCentre;
  Format format = Format::kOriginal;
  bool enlarge = false;
  std::string background = "";  // #rrggbb; empty: black
  double blur = 0;              // standard deviation in pixels of the answer, 0…100
  bool greyscale = false;
  bool sharpen = false;
  bool progressive = false;
};

struct TransformSpec {
  int width_px = 0;   // of the box; 0: does not restrict
  int height_px = 0;  // of the box; 0: does not restrict
  int quality = kDefaultQuality;
  Fit fit = Fit::kInside;
  Position position = Position::kCentre;
  Format format = Format::kOriginal;
  bool enlarge = false;
  uint32_t background = 0;  // 0xrrggbb
  int blur_tenths = 0;      // standard deviation in tenths of a pixel
  bool greyscale = false;
  bool sharpen = false;
  bool progressive = false;

  static constexpr int kDefaultQuality = 80;
  // Without a size asked for, a picture is fitted into a square of this side.
  static constexpr int kMaxUnaskedSide = 3840;
  // Of what may be asked for, after multiplying with the pixel ratio.
  static constexpr int kMaxSide = 8192;

  // What a description is made of: few pixels tell as much.
  static TransformSpec Describing();

  // Neither a size nor a format nor a step: the original's own bytes will do, if displays can show
  // them.
  bool wants_original() const;

  // Stable text, the same for equal specs, for keys. Begins with the version of the encoder's
  // output: raised when the same spec would give other bytes, so that old entries are not found.
  std::string Text() const;

  bool operator==(const TransformSpec&) const = default;
};

// kInvalidArgument names the field that is out of range.
absl::StatusOr<TransformSpec> Normalize(const TransformRequest& request);

}  // namespace marquee::imageproc
