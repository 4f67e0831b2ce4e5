// The one thing that is wanted of EXIF: which way is up. Libraries never see EXIF: libexif copies
// the value of each entry, and a directory of thousands of entries that all point at the same bytes
// makes it hold that many copies.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace marquee::imageproc {

// How much of a chunk is looked at: as much as a JPEG can hold. The first directory comes early.
inline constexpr uint64_t kMaxExifBytes = 64 * 1024;

// 1…8 of tag 274 in the first directory (TIFF 6.0, section 2); 1 where it is absent or `tiff` is
// damaged. `tiff`: what follows "Exif\0\0" in a JPEG, an eXIf or EXIF chunk.
int OrientationOf(std::string_view tiff);

// A TIFF with this one entry.
std::string TiffWithOrientation(int orientation);

}  // namespace marquee::imageproc
