#include "services/playlist/model/image_url.h"

#include <charconv>

namespace marquee::playlist {
namespace {

bool IsUnreserved(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

constexpr std::string_view kSourceUrl = "/image?server=";
constexpr std::string_view kCoverUrl = "/image?url=";
constexpr std::string_view kPath = "&path=";

std::string_view FirstValue(std::string_view query) { return query.substr(0, query.find('&')); }

std::string Decoded(std::string_view encoded) {
  std::string text;
  for (size_t i = 0; i < encoded.size(); ++i) {
    unsigned byte = 0;
    if (encoded[i] == '%' && i + 2 < encoded.size() &&
        std::from_chars(encoded.data() + i + 1, encoded.data() + i + 3, byte, 16).ec ==
            std::errc()) {
      text += static_cast<char>(byte);
      i += 2;
    } else {
      text += encoded[i];
    }
  }
  return text;
}

}  // namespace

std::string PercentEncode(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size() + text.size() / 2);
  for (const unsigned char c : text) {
    if (IsUnreserved(c)) {
      encoded += static_cast<char>(c);
    } else {
      encoded += {'%', kHex[c >> 4], kHex[c & 15]};
    }
  }
  return encoded;
}

std::string ImageUrl(std::string_view source, std::string_view path,
                     std::string_view artwork_version) {
  std::string url = "/image?server=" + PercentEncode(source) + "&path=" + PercentEncode(path);
  if (!artwork_version.empty()) url += "&v=" + PercentEncode(artwork_version);
  return url;
}

std::string PathOfImageUrl(std::string_view url) { return ParseImageUrl(url).path; }

ImageAddress ParseImageUrl(std::string_view url) {
  if (url.starts_with(kCoverUrl)) return {.url = Decoded(FirstValue(url.substr(kCoverUrl.size())))};
  const size_t path = url.find(kPath);
  if (!url.starts_with(kSourceUrl) || path == std::string_view::npos) return {};
  return {.source = Decoded(FirstValue(url.substr(kSourceUrl.size()))),
          .path = Decoded(FirstValue(url.substr(path + kPath.size())))};
}

std::string_view WithoutArtworkVersion(std::string_view url) {
  return url.substr(0, url.rfind("&v="));
}

std::string CoverUrl(std::string_view cover, std::string_view artwork_version) {
  std::string url = "/image?url=" + PercentEncode(cover);
  if (!artwork_version.empty()) url += "&v=" + PercentEncode(artwork_version);
  return url;
}

std::string MediaUrl(std::string_view source, std::string_view path) {
  return "/media?server=" + PercentEncode(source) + "&path=" + PercentEncode(path);
}

}  // namespace marquee::playlist
