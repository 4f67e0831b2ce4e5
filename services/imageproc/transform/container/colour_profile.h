// Decides whether an image's ICC profile is usable, as browsers do: a profile that does not match
// the image, is damaged or describes no device colours is ignored (ICC.1:2010, 7.2).
#pragma once

#include <cstddef>
#include <string_view>

namespace marquee::imageproc {

enum class ProfileUse {
  kIgnore,   // unusable: the image is treated as if it had none
  kSrgb,     // equals sRGB (or sRGB grey) within two levels of 255: no conversion
  kConvert,  // colours have to be converted
};

// Larger profiles are ignored; the largest in circulation, for printing presses, have about 3 MB.
inline constexpr size_t kMaxProfileBytes = size_t{4} << 20;

// `channels`: of the image without transparency: 1 grey, 3 RGB, 4 CMYK. Thread-safe.
ProfileUse JudgeProfile(std::string_view profile, int channels);

}  // namespace marquee::imageproc
