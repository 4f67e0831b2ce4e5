// Why a file of a folder does not become an item, or a part of it is ignored.
#pragma once

#include <cstddef>
#include <string_view>

namespace marquee::playlist {

enum class SkipReason {
  kNone,
  kUnreadable,  // O error/O error
  kEmpty,       // zero bytes
  kTooLarge,    // an image over FileInspector::kMaxImageBytes
  kNotAnImage,  // its first bytes are not an image
  kFormat,      // an image in an unsupported format
  kOutside,     // a link that leads out of the folder
  kName,        // a name that is not allowed in an image URL
  kBrokenZip,
  kNoPoster,  // a posterpack without a usable poster
  kMetadata,  // metadata that cannot be parsed; the title is taken from the name
};
inline constexpr int kSkipReasons = 11;
// not_an_image, broken_zip, …: a metric label.
std::string_view NameOf(SkipReason reason);

}  // namespace marquee::playlist
