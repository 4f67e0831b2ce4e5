// Detects the type of a file by its name.
#pragma once

#include <string>
#include <string_view>

namespace marquee::playlist {

enum class FileType { kOther, kImage, kVideo, kAudio, kZip };

// By extension, ignoring case. kImage includes supported formats with all their extensions (jpg jpe
// jfif tbn … png apng webp gif avif heic heif …) and unsupported ones (bmp tif jxl svg psd …), so
// that files of the latter are logged instead of ignored.
FileType TypeOfName(std::string_view name);

// The media type of the extension; empty for kOther.
std::string_view MediaTypeOfName(std::string_view name);

// The unsupported image format detected from the first 12 bytes: "BMP", "TIFF", "JPEG XL", …;
// empty: none of these.
std::string_view FormatNotShown(std::string_view head);

// The part of `path` after the last `/`.
std::string_view BaseName(std::string_view path);
// `name` without its last extension; a leading dot does not start an extension.
std::string_view Stem(std::string_view name);
constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
// ASCII only, for comparing extensions and entry names.
std::string LowerAscii(std::string_view text);

}  // namespace marquee::playlist
