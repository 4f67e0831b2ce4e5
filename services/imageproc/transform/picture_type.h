// What kind of picture bytes begin like. Names and media types that others claim are not believed.
#pragma once

#include <string_view>

namespace marquee::imageproc {

enum class PictureType { kUnknown, kJpeg, kPng, kWebp, kGif, kAvif, kHeic };

// From the first bytes; sixty-four are enough. kUnknown: none that this service decodes.
PictureType SniffPicture(std::string_view head);

// "image/jpeg"; empty for kUnknown.
std::string_view ContentTypeOf(PictureType type);

// Best guess of what bytes are that are no picture we take ("an SVG", "text"), for messages.
std::string_view DescribeForeign(std::string_view head);

}  // namespace marquee::imageproc
