#include "services/playlist/sources/local/file_types.h"

#include <algorithm>
#include <array>

namespace marquee::playlist {
namespace {

struct Extension {
  std::string_view extension;
  FileType type;
  std::string_view media_type;
};

constexpr auto kExtensions = std::to_array<Extension>({
    {"jpg", FileType::kImage, "image/jpeg"},       {"jpeg", FileType::kImage, "image/jpeg"},
    {"png", FileType::kImage, "image/png"},        {"webp", FileType::kImage, "image/webp"},
    {"gif", FileType::kImage, "image/gif"},        {"avif", FileType::kImage, "image/avif"},
    {"mp4", FileType::kVideo, "video/mp4"},        {"m4v", FileType::kVideo, "video/mp4"},
    {"mkv", FileType::kVideo, "video/x-matroska"}, {"avi", FileType::kVideo, "video/x-msvideo"},
    {"mov", FileType::kVideo, "video/quicktime"},  {"webm", FileType::kVideo, "video/webm"},
    {"mp3", FileType::kAudio, "audio/mpeg"},       {"flac", FileType::kAudio, "audio/flac"},
    {"wav", FileType::kAudio, "audio/wav"},        {"ogg", FileType::kAudio, "audio/ogg"},
    {"m4a", FileType::kAudio, "audio/mp4"},        {"aac", FileType::kAudio, "audio/aac"},
    {"zip", FileType::kZip, "application/zip"},
});

const Extension* Lookup(std::string_view name) {
  const std::string_view base = BaseName(name);
  const std::string_view stem = Stem(base);
  if (stem.size() == base.size()) return nullptr;
  const std::string extension = LowerAscii(base.substr(stem.size() + 1));
  const auto* found = std::ranges::find(kExtensions, extension, &Extension::extension);
  return found == kExtensions.end() ? nullptr : found;
}

}  // namespace

FileType TypeOfName(std::string_view name) {
  const Extension* found = Lookup(name);
  return found == nullptr ? FileType::kOther : found->type;
}

std::string_view MediaTypeOfName(std::string_view name) {
  const Extension* found = Lookup(name);
  return found == nullptr ? std::string_view() : found->media_type;
}

std::string_view BaseName(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

std::string_view Stem(std::string_view name) {
  const size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? name : name.substr(0, dot);
}

std::string LowerAscii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace marquee::playlist
