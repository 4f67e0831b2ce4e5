// A transform in normal form: equivalent requests have equal specs, hence one cache key, one flight
// and one entry per tier.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>

namespace marquee::imageproc {

enum class Fit {
  kCover,    // fills the box; what sticks out at the sides is cropped
  kContain,  // fits into the box, centred; the background fills the rest
  kInside,   // fits into the box; the result may be smaller than the box
};

// The part that kCover keeps.
enum class Position {
  kCentre,
  kTop,        // the upper edge, centred
  kAttention,  // the most salient part: skin, saturated colours, edges
  kEntropy,    // the part with the highest entropy
};

enum class Format {
  kOriginal,  // JPEG and WebP stay, transparency stays (as PNG), everything else becomes JPEG
  kJpeg,
  kWebp,
  kAvif,
  kPng,
  kDescription,  // not an image but its description (image_description.h)
};

// A transform as requested. Zero means "not specified".
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
  double blur = 0;              // standard deviation in pixels of the result, 0…100
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
  // Without a requested size, an image is fitted into a square of this side.
  static constexpr int kMaxUnaskedSide = 3840;
  // Largest side after multiplying with the device pixel ratio.
  static constexpr int kMaxSide = 8192;

  // The transform from which descriptions are computed: a few pixels are sufficient.
  static TransformSpec Describing();

  // True if no size, format or step is requested, so that the original's bytes may be sent
  // unchanged if displays support their type.
  bool wants_original() const;

  // Stable text for keys; equal specs have equal texts. Begins with a version that is increased
  // when the encoder produces different bytes for the same spec, so that old entries are no longer
  // found.
  std::string Text() const;

  bool operator==(const TransformSpec&) const = default;
};

// kInvalidArgument: a field is out of range; the message names it.
absl::StatusOr<TransformSpec> Normalize(const TransformRequest& request);

}  // namespace marquee::imageproc
