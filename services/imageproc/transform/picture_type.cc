#include "services/imageproc/transform/picture_type.h"

#include <algorithm>

namespace marquee::imageproc {
namespace {

using namespace std::string_view_literals;

// ISO base media file: length, "ftyp", major brand, version, then compatible brands. Files with a
// generic major brand (mif1) say what they are among the compatible ones.
PictureType SniffIsoMedia(std::string_view head) {
  const size_t length =
      std::min(head.size(), static_cast<size_t>(static_cast<unsigned char>(head[3])));
  PictureType type = PictureType::kUnknown;
  for (size_t at = 8; at + 4 <= length; at += at == 8 ? 8 : 4) {
    const std::string_view brand = head.substr(at, 4);
    if (brand == "avif" || brand == "avis") return PictureType::kAvif;
    if (brand == "heic" || brand == "heix" || brand == "mif1") type = PictureType::kHeic;
  }
  return type;
}

}  // namespace

PictureType SniffPicture(std::string_view head) {
  if (head.starts_with("\xff\xd8\xff"sv)) return PictureType::kJpeg;
  if (head.starts_with("\x89PNG\r\n\x1a\n"sv)) return PictureType::kPng;
  if (head.starts_with("GIF87a"sv) || head.starts_with("GIF89a"sv)) return PictureType::kGif;
  if (head.size() < 12) return PictureType::kUnknown;
  if (head.starts_with("RIFF"sv) && head.substr(8, 4) == "WEBP"sv) return PictureType::kWebp;
  if (head.substr(4, 4) == "ftyp"sv) return SniffIsoMedia(head);
  return PictureType::kUnknown;
}

std::string_view ContentTypeOf(PictureType type) {
  switch (type) {
    case PictureType::kJpeg:
      return "image/jpeg";
    case PictureType::kPng:
      return "image/png";
    case PictureType::kWebp:
      return "image/webp";
    case PictureType::kGif:
      return "image/gif";
    case PictureType::kAvif:
      return "image/avif";
    case PictureType::kHeic:
      return "image/heic";
    case PictureType::kUnknown:
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
  return printable ? "text" : "of no known type";
}

}  // namespace marquee::imageproc
