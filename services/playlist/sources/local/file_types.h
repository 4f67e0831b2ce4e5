// What a file of a folder is, told by its name.
#pragma once

#include <string>
#include <string_view>

namespace marquee::playlist {

enum class FileType { kOther, kImage, kVideo, kAudio, kZip };

// By extension, without regard to case. kImage has the formats that are shown, under all their
// extensions (jpg jpe jfif tbn … png apng webp gif avif heic heif …), and those that are not (bmp
// tif jxl svg psd …), so that a file of the latter is named instead of passed over.
FileType TypeOfName(std::string_view name);

// The media type that goes with the extension; empty for kOther.
std::string_view MediaTypeOfName(std::string_view name);

// A picture in a format that is not shown, by its first 12 bytes: "BMP", "TIFF", "JPEG XL", …;
// empty when they are none of those.
std::string_view FormatNotShown(std::string_view head);

// Part of `path` behind the last `/`.
std::string_view BaseName(std::string_view path);
// `name` without its last extension; a leading dot begins none.
std::string_view Stem(std::string_view name);
constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
// ASCII only, which is what extensions and entry names are matched by.
std::string LowerAscii(std::string_view text);

}  // namespace marquee::playlist
