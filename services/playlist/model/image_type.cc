#include "services/playlist/model/image_type.h"

namespace marquee::playlist {

std::string_view SniffImageType(std::string_view head) {
  if (head.starts_with("\xFF\xD8\xFF")) return "image/jpeg";
  if (head.starts_with("\x89PNG\r\n\x1A\n")) return "image/png";
  if (head.starts_with("GIF87a") || head.starts_with("GIF89a")) return "image/gif";
  if (head.size() < kImageTypeBytes) return {};
  const std::string_view brand = head.substr(8, 4);
  if (head.starts_with("RIFF") && brand == "WEBP") return "image/webp";
  if (head.substr(4, 4) != "ftyp") return {};
  // ISO 14496-12: a `ftyp` box with AVIF's major brand, or with the brand of any HEIF still image.
  if (brand == "avif" || brand == "avis" || brand == "mif1" || brand == "msf1") {
    return "image/avif";
  }
  // ISO 23008-12, annex B.4: HEVC with main, range and multiview profiles; images and sequences.
  const bool heic = brand == "heic" || brand == "heix" || brand == "heim" || brand == "heis" ||
                    brand == "hevc" || brand == "hevx" || brand == "hevm" || brand == "hevs";
  return heic ? "image/heic" : std::string_view();
}

}  // namespace marquee::playlist
