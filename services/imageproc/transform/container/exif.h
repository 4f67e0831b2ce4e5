// Reads the orientation from EXIF. Image libraries never receive EXIF: libexif copies the value of
// each entry, and a directory of thousands of entries that point to the same bytes would make it
// allocate that many copies.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace marquee::imageproc {

// Bytes of a chunk that are read: as much as a JPEG can contain. The first directory is near the
// beginning.
inline constexpr uint64_t kMaxExifBytes = 64 * 1024;

// The value 1…8 of tag 274 in the first directory (TIFF 6.0, section 2); 1 if it is absent or
// `tiff` is damaged. `tiff`: the bytes after "Exif\0\0" in a JPEG, or an eXIf or EXIF chunk.
int OrientationOf(std::string_view tiff);

// A TIFF with only this entry.
std::string TiffWithOrientation(int orientation);

}  // namespace marquee::imageproc
