// Why a file of a folder does not become an item, or loses a part of what it says.
#pragma once

#include <cstddef>
#include <string_view>

namespace marquee::playlist {

enum class SkipReason {
  kNone,
  kUnreadable,  // may not be read, leads nowhere, or an I/O error
  kEmpty,       // zero bytes
  kTooLarge,    // a picture over FileInspector::kMaxImageBytes
  kNotAnImage,  // its first bytes are those of no picture
  kFormat,      // a picture in a format that is not shown
  kOutside,     // a link that leads out of the folder
  kName,        // a name that no address of a picture can hold
  kBrokenZip,
  kNoPoster,  // a posterpack without a usable poster
  kMetadata,  // metadata that cannot be understood; the picture is shown under its name
};
inline constexpr int kSkipReasons = 11;
// not_an_image, broken_zip, …: a metric label.
std::string_view NameOf(SkipReason reason);

}  // namespace marquee::playlist
