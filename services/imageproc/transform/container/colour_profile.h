// Whether the ICC profile inside of a picture is of use, as browsers decide it: one that does not
// fit the picture, is damaged or describes no colours of a device is ignored (ICC.1:2010, 7.2).
#pragma once

#include <cstddef>
#include <string_view>

namespace marquee::imageproc {

enum class ProfileUse {
  kIgnore,   // unusable: the picture is taken for what it is without
  kSrgb,     // says sRGB (or plain grey), within two levels of 255: nothing to convert
  kConvert,  // colours have to be converted
};

// A larger profile is ignored; the largest in circulation, of presses, have about 3 MB.
inline constexpr size_t kMaxProfileBytes = size_t{4} << 20;

// `channels` of the picture without transparency: 1 grey, 3 RGB, 4 CMYK. Thread-safe.
ProfileUse JudgeProfile(std::string_view profile, int channels);

}  // namespace marquee::imageproc
