// Which files of a folder are shown, told by name.
#pragma once

#include <string>
#include <string_view>

namespace marquee::playlist {

enum class FileType { kOther, kImage, kVideo, kAudio, kZip };

// By extension, without regard to case: jpg jpeg png webp gif avif; mp4 mkv avi mov webm m4v;
// mp3 flac wav ogg m4a aac; zip.
FileType TypeOfName(std::string_view name);

// The media type that goes with the extension; empty for kOther.
std::string_view MediaTypeOfName(std::string_view name);

// Part of `path` behind the last `/`.
std::string_view BaseName(std::string_view path);
// `name` without its last extension; a leading dot begins none.
std::string_view Stem(std::string_view name);
// ASCII only, which is what extensions and entry names are matched by.
std::string LowerAscii(std::string_view text);

}  // namespace marquee::playlist
