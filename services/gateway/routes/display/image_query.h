// What GET /image asks for, read and checked.
#pragma once

#include <string_view>
#include <vector>

#include "services/gateway/http/target.h"
#include "services/gateway/model/image.h"
#include "services/gateway/routes/core/answers.h"

namespace marquee::gateway {

// Which formats may be chosen for a display that takes them.
struct ImageFormats {
  bool avif = false;  // costs some ten times the processor time of WebP
};

// `url`, or `server` with `path` (libs/base/artwork_path.h); when both are there `url` wins.
// `width`, `height` 1…4000, `quality` 1…100, `dpr` 0.5…4 (lowered where the answer would have more
// than 16 megapixels), `fit` (cover, contain, inside), `position` of a crop (centre, top,
// attention, entropy), `format`, `v`. Unknown names are ignored. What is wrong is appended to
// `errors`. `accept` is the Accept field: with format=auto, and where a picture is resized anyway,
// it comes as the best that is taken by name, AVIF (auto only, and where `formats` has it), WebP,
// and for format=auto else JPEG.
ImageRequest ParseImageQuery(const Query& query, std::string_view accept,
                             const ImageFormats& formats, std::vector<FieldError>& errors);

// "" when `url` is an absolute http or https address in the strict form of RFC 3986.
std::string_view UrlFault(std::string_view url);

}  // namespace marquee::gateway
