// Detects the type of an image from its bytes. File names and declared media types are ignored.
#pragma once

#include <string_view>

namespace marquee::imageproc {

enum class ImageType { kUnknown, kJpeg, kPng, kWebp, kGif, kAvif, kHeic };

// Detects the type from the first bytes; 64 bytes are enough. kUnknown: not supported by this
// service.
ImageType SniffImage(std::string_view head);

// "image/jpeg"; empty for kUnknown.
std::string_view ContentTypeOf(ImageType type);

// Best guess of the type of unsupported bytes ("an SVG", "text"), for messages.
std::string_view DescribeForeign(std::string_view head);

}  // namespace marquee::imageproc
