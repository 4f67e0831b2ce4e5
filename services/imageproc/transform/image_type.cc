#include "services/imageproc/transform/image_type.h"

#include <algorithm>

namespace marquee::imageproc {
namespace {

using namespace std::string_view_literals;

constexpr size_t kFirstBrand = 8;
constexpr size_t kBrandBytes = 4;

bool IsAvifBrand(std::string_view brand) {
  return brand == "avif" || brand == "avis" || brand == "avio";
}

// Brands of ISO/IEC 23008-12, annex B and section 10: still images, image sequences, and the
// generic ones.
bool IsHeicBrand(std::string_view brand) {
  return brand == "heic" || brand == "heix" || brand == "heim" || brand == "heis" ||
         brand == "hevc" || brand == "hevx" || brand == "hevm" || brand == "hevs" ||
         brand == "mif1" || brand == "mif2" || brand == "msf1" || brand == "miaf";
}

// An ISO base media file: length, "ftyp", major brand, version, then compatible brands. Files with
// a generic major brand (mif1) are identified by their compatible brands.
ImageType SniffIsoMedia(std::string_view head) {
  size_t length = 0;
  for (size_t i = 0; i < 4; ++i) length = length << 8U | static_cast<unsigned char>(head[i]);
  length = std::min(head.size(), length);
  ImageType type = ImageType::kUnknown;
  size_t at = kFirstBrand;
  while (at + kBrandBytes <= length) {
    const std::string_view brand = head.substr(at, kBrandBytes);
    if (IsAvifBrand(brand)) return ImageType::kAvif;
    if (IsHeicBrand(brand)) type = ImageType::kHeic;
    // The version is between the major brand and the compatible brands.
    at += at == kFirstBrand ? 2 * kBrandBytes : kBrandBytes;
  }
  return type;
}

}  // namespace

ImageType SniffImage(std::string_view head) {
  if (head.starts_with("\xff\xd8\xff"sv)) return ImageType::kJpeg;
  if (head.starts_with("\x89PNG\r\n\x1a\n"sv)) return ImageType::kPng;
  if (head.starts_with("GIF87a"sv) || head.starts_with("GIF89a"sv)) return ImageType::kGif;
  if (head.size() < 12) return ImageType::kUnknown;
  if (head.starts_with("RIFF"sv) && head.substr(8, 4) == "WEBP"sv) return ImageType::kWebp;
  if (head.substr(4, 4) == "ftyp"sv) return SniffIsoMedia(head);
  return ImageType::kUnknown;
}

std::string_view ContentTypeOf(ImageType type) {
  switch (type) {
    case ImageType::kJpeg:
      return "image/jpeg";
    case ImageType::kPng:
      return "image/png";
    case ImageType::kWebp:
      return "image/webp";
    case ImageType::kGif:
      return "image/gif";
    case ImageType::kAvif:
      return "image/avif";
    case ImageType::kHeic:
      return "image/heic";
    case ImageType::kUnknown:
      break;
  }
  return "";
}

std::string_view DescribeForeign(std::string_view head) {
  if (head.empty()) return "empty";
  if (head.starts_with("BM"sv)) return "a BMP";
  if (head.starts_with("II*\0"sv) || head.starts_with("MM\0*"sv)) return "a TIFF";
  if (head.starts_with("%PDF"sv)) return "a PDF";
  if (head.starts_with("PK\x03\x04"sv)) return "a ZIP";
  if (head.starts_with("\0\0\0\x0cJXL "sv) || head.starts_with("\xff\x0a"sv)) return "a JPEG XL";
  if (head.find("<svg"sv) != head.npos) return "an SVG";
  if (head.find("<html"sv) != head.npos || head.find("<!DOCTYPE"sv) != head.npos) return "HTML";
  const bool printable = std::all_of(head.begin(), head.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\r' || c == '\t';
  });
  return printable ? "text" : "unknown";
}

}  // namespace marquee::imageproc
