// Parses and validates the parameters of GET /image.
#pragma once

#include <string_view>
#include <vector>

#include "services/gateway/http/target.h"
#include "services/gateway/model/image.h"
#include "services/gateway/routes/core/answers.h"

namespace marquee::gateway {

// Which formats may be selected for displays that accept them.
struct ImageFormats {
  bool avif = false;  // costs some ten times the processor time of WebP
};

// `url`, or `server` with `path` (libs/base/artwork_path.h); if both are present, `url` is used.
// `width` and `height` 1 to 4000, `quality` 1 to 100, `dpr` 0.5 to 4 (lowered if the response would
// exceed 16 megapixels), `fit` (cover, contain, inside), `position` of a crop (centre, top,
// attention, entropy), `format`, `v`. Unknown parameters are ignored. Errors are appended to
// `errors`. `accept` is the Accept field: with format=auto, and for any resized image without a
// format, the response has the best format that it names: AVIF (format=auto only, if `formats`
// enables it), WebP, and for format=auto otherwise JPEG.
ImageRequest ParseImageQuery(const Query& query, std::string_view accept,
                             const ImageFormats& formats, std::vector<FieldError>& errors);

// "" if `url` is an absolute http or https URL in the strict form of RFC 3986.
std::string_view UrlFault(std::string_view url);

}  // namespace marquee::gateway
