// Image requests and images.
#pragma once

#include <memory>
#include <string>

namespace marquee::gateway {

enum class ImageFit { kDefault, kCover, kContain, kInside };
enum class ImagePosition { kCentre, kTop, kAttention, kEntropy };
enum class ImageFormat { kOriginal, kJpeg, kWebp, kAvif, kPng };

struct ImageRequest {
  // Either a path at a configured source, or an absolute URL.
  std::string source;
  std::string path;
  std::string url;
  std::string artwork_version;  // `v` of the item's URL; "": unknown
  int width = 0;                // CSS pixels; 0 does not restrict
  int height = 0;
  double device_pixel_ratio = 0;  // 0: 1
  int quality = 0;                // 1…100; 0: the service's default
  ImageFit fit = ImageFit::kDefault;
  ImagePosition position =
      ImagePosition::kCentre;  // the part that is kept when the image is cropped
  ImageFormat format = ImageFormat::kOriginal;
  bool negotiated =
      false;  // the format was chosen from the display's Accept header; not part of Key()

  // Equal for requests that have the same response bytes, and only for those.
  std::string Key() const;
};

// The tier or origin from which the image service served an image.
enum class ServedFrom { kUnknown, kMemory, kDisk, kShared, kOrigin };
std::string_view ServedFromName(ServedFrom tier);

struct Image {
  std::string content_type;
  std::string etag;  // strong, in quotes
  std::shared_ptr<const std::string> bytes;
  ServedFrom tier = ServedFrom::kUnknown;
  bool stale = false;         // past its freshness, because the origin could not be reached
  bool not_modified = false;  // the ETag in if_none_match is still valid; there are no bytes
  std::string last_modified;  // an HTTP-date; "": unknown
};

}  // namespace marquee::gateway
