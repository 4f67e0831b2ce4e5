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
    {"jpg", FileType::kImage, "image/jpeg"},
    {"jpeg", FileType::kImage, "image/jpeg"},
    {"png", FileType::kImage, "image/png"},
    {"webp", FileType::kImage, "image/webp"},
    {"gif", FileType::kImage, "image/gif"},
    {"avif", FileType::kImage, "image/avif"},
    {"jpe", FileType::kImage, "image/jpeg"},
    {"jfif", FileType::kImage, "image/jpeg"},
    {"jfi", FileType::kImage, "image/jpeg"},
    {"jif", FileType::kImage, "image/jpeg"},
    {"pjpeg", FileType::kImage, "image/jpeg"},
    {"pjp", FileType::kImage, "image/jpeg"},
    {"tbn", FileType::kImage, "image/jpeg"},
    {"apng", FileType::kImage, "image/png"},
    {"avifs", FileType::kImage, "image/avif"},
    {"heic", FileType::kImage, "image/heic"},
    {"heif", FileType::kImage, "image/heif"},
    {"hif", FileType::kImage, "image/heif"},
    {"heics", FileType::kImage, "image/heic"},
    {"heifs", FileType::kImage, "image/heif"},
    // Unsupported image formats: logged by name, unless their bytes are another format.
    {"bmp", FileType::kImage, "image/bmp"},
    {"dib", FileType::kImage, "image/bmp"},
    {"tif", FileType::kImage, "image/tiff"},
    {"tiff", FileType::kImage, "image/tiff"},
    {"jxl", FileType::kImage, "image/jxl"},
    {"jp2", FileType::kImage, "image/jp2"},
    {"j2k", FileType::kImage, "image/jp2"},
    {"jpf", FileType::kImage, "image/jpx"},
    {"jpx", FileType::kImage, "image/jpx"},
    {"svg", FileType::kImage, "image/svg+xml"},
    {"svgz", FileType::kImage, "image/svg+xml"},
    {"ico", FileType::kImage, "image/x-icon"},
    {"psd", FileType::kImage, "image/x-psd"},
    {"xcf", FileType::kImage, "image/x-xcf"},
    {"tga", FileType::kImage, "image/x-tga"},
    {"dng", FileType::kImage, "image/x-dng"},
    {"mp4", FileType::kVideo, "video/mp4"},
    {"m4v", FileType::kVideo, "video/mp4"},
    {"mkv", FileType::kVideo, "video/x-matroska"},
    {"avi", FileType::kVideo, "video/x-msvideo"},
    {"mov", FileType::kVideo, "video/quicktime"},
    {"webm", FileType::kVideo, "video/webm"},
    {"mp3", FileType::kAudio, "audio/mpeg"},
    {"flac", FileType::kAudio, "audio/flac"},
    {"wav", FileType::kAudio, "audio/wav"},
    {"ogg", FileType::kAudio, "audio/ogg"},
    {"m4a", FileType::kAudio, "audio/mp4"},
    {"aac", FileType::kAudio, "audio/aac"},
    {"zip", FileType::kZip, "application/zip"},
    {"cbz", FileType::kZip, "application/zip"},
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

std::string_view FormatNotShown(std::string_view head) {
  struct Beginning {
    std::string_view bytes;
    std::string_view format;
  };
  static constexpr auto kBeginnings = std::to_array<Beginning>({
      {"BM", "BMP"},
      {{"II*\0", 4}, "TIFF"},
      {{"MM\0*", 4}, "TIFF"},
      {{"II+\0", 4}, "TIFF"},
      {"\xFF\x0A", "JPEG XL"},
      {{"\0\0\0\x0CJXL ", 8}, "JPEG XL"},
      {{"\0\0\0\x0CjP  ", 8}, "JPEG 2000"},
      {"\xFF\x4F\xFF\x51", "JPEG 2000"},
      {"8BPS", "Photoshop"},
      {"gimp xcf", "GIMP"},
      {{"\0\0\1\0", 4}, "icon"},
      {"<svg", "SVG"},
      {"<?xml", "SVG"},
  });
  const auto* found = std::ranges::find_if(
      kBeginnings, [head](const Beginning& entry) { return head.starts_with(entry.bytes); });
  if (found != kBeginnings.end()) return found->format;
  // ISO 14496-12: a brand unknown to SniffImageType.
  return head.size() >= 12 && head.substr(4, 4) == "ftyp" ? "HEIF" : std::string_view();
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
