// Builds and parses the URLs in items. The only place in this service that percent-encodes.
#pragma once

#include <string>
#include <string_view>

namespace marquee::playlist {

// `text` with every byte outside RFC 3986's unreserved set (letters, digits, - . _ ~) as %XX.
// Stricter than a query requires, because displays insert these values unescaped into CSS url('…').
std::string PercentEncode(std::string_view text);

// `/image?server=…&path=…&v=…`, each value percent-encoded.
//   source:    name of the source as configured
//   path:      in the syntax of the source, beginning with one `/`; may contain a query
//   artwork_version: changes whenever the image does; if empty, `v` is omitted and caches
//   revalidate
//              every ten minutes
std::string ImageUrl(std::string_view source, std::string_view path,
                     std::string_view artwork_version);

// The path at the source in such a URL; empty if it is not one.
std::string PathOfImageUrl(std::string_view url);

// The parts of such a URL or of a cover URL: either source and path, or url; all empty if it is
// neither.
struct ImageAddress {
  std::string source = {};
  std::string path = {};
  std::string url = {};
};
ImageAddress ParseImageUrl(std::string_view url);
// Such a URL without its artwork_version.
std::string_view WithoutArtworkVersion(std::string_view url);

// `/image?url=…&v=…`: an image at an allowed cover host.
std::string CoverUrl(std::string_view url, std::string_view artwork_version);

// `/media?server=…&path=…`: a trailer or theme of a source.
std::string MediaUrl(std::string_view source, std::string_view path);

}  // namespace marquee::playlist
