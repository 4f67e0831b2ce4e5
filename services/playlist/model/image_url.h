// How item URLs are written. The one place that percent-encodes in this service.
#pragma once

#include <string>
#include <string_view>

namespace marquee::playlist {

// `text` with every byte outside RFC 3986's unreserved set (letters, digits, - . _ ~) as %XX.
// More than a query needs: displays put these values raw into CSS url('…').
std::string PercentEncode(std::string_view text);

// `/image?server=…&path=…&v=…`, each value percent-encoded.
//   source:    name of the source as configured
//   path:      in the terms of the source, beginning with one `/`; may carry its own query
//   validator: changes whenever the picture does; empty leaves `v` out, which makes caches ask
//              again every ten minutes
std::string ImageUrl(std::string_view source, std::string_view path, std::string_view validator);

// The path that such a URL leads to at its source; empty when it is none.
std::string PathOfImageUrl(std::string_view url);

// What such a URL, or that of a cover, names: either source and path, or url; all empty when it is
// none.
struct ImageAddress {
  std::string source = {};
  std::string path = {};
  std::string url = {};
};
ImageAddress ParseImageUrl(std::string_view url);
// Such a URL without its validator.
std::string_view WithoutValidator(std::string_view url);

// `/image?url=…&v=…`: a picture at an allowed cover host.
std::string CoverUrl(std::string_view url, std::string_view validator);

// `/media?server=…&path=…`: a trailer or theme at a source.
std::string MediaUrl(std::string_view source, std::string_view path);

}  // namespace marquee::playlist
