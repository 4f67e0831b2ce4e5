// A picture as it is asked for, and as it is answered.
#pragma once

#include <memory>
#include <string>

namespace marquee::gateway {

enum class ImageFit { kDefault, kCover, kContain, kInside };
enum class ImagePosition { kCentre, kTop, kAttention, kEntropy };
enum class ImageFormat { kOriginal, kJpeg, kWebp, kAvif, kPng };

struct ImageRequest {
  // Either a place at a configured source, or an absolute address.
  std::string source;
  std::string path;
  std::string url;
  std::string validator;  // `v` of the item's URL; "": unknown
  int width = 0;          // CSS pixels; 0 does not restrict
  int height = 0;
  double device_pixel_ratio = 0;  // 0: 1
  int quality = 0;                // 1…100; 0: the service's default
  ImageFit fit = ImageFit::kDefault;
  ImagePosition position = ImagePosition::kCentre;  // what is kept where the picture is cropped
  ImageFormat format = ImageFormat::kOriginal;
  bool negotiated = false;  // the format was chosen by what the display takes; not in Key()

  // Equal for requests that get the same bytes, and for no others.
  std::string Key() const;
};

// Where the image service had it from.
enum class ServedFrom { kUnknown, kMemory, kDisk, kShared, kOrigin };
std::string_view ServedFromName(ServedFrom tier);

struct Image {
  std::string content_type;
  std::string etag;  // strong, in quotes
  std::shared_ptr<const std::string> bytes;
  ServedFrom tier = ServedFrom::kUnknown;
  bool stale = false;         // past its freshness: the origin could not be asked
  bool not_modified = false;  // what the caller named in if_none_match is still good; no bytes
  std::string last_modified;  // an HTTP-date; "": unknown
};

}  // namespace marquee::gateway
