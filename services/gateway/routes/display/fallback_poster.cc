#include "services/gateway/routes/display/fallback_poster.h"

#include "services/gateway/http/etag.h"

namespace marquee::gateway {
namespace {

// A closed curtain below a row of lights. Drawn for this project.
constexpr std::string_view kSvg =
    R"svg(<svg xmlns="http://www.w3.org/2000/svg" width="600" height="900" viewBox="0 0 600 900">)svg"
    R"svg(<defs><linearGradient id="c" x1="0" x2="1"><stop offset="0" stop-color="#3a0f16"/>)svg"
    R"svg(<stop offset=".5" stop-color="#5c1822"/><stop offset="1" stop-color="#3a0f16"/>)svg"
    R"svg(</linearGradient><pattern id="f" width="75" height="900" patternUnits="userSpaceOnUse">)svg"
    R"svg(<rect width="75" height="900" fill="url(#c)"/></pattern></defs>)svg"
    R"svg(<rect width="600" height="900" fill="url(#f)"/>)svg"
    R"svg(<rect width="600" height="120" fill="#15171c"/><g fill="#f2c14e">)svg"
    R"svg(<circle cx="60" cy="60" r="14"/><circle cx="140" cy="60" r="14"/>)svg"
    R"svg(<circle cx="220" cy="60" r="14"/><circle cx="300" cy="60" r="14"/>)svg"
    R"svg(<circle cx="380" cy="60" r="14"/><circle cx="460" cy="60" r="14"/>)svg"
    R"svg(<circle cx="540" cy="60" r="14"/></g>)svg"
    R"svg(<g fill="none" stroke="#e9dccb" stroke-width="10" stroke-linejoin="round">)svg"
    R"svg(<rect x="210" y="400" width="180" height="130" rx="10"/>)svg"
    R"svg(<path d="M210 440h180M245 400v40M300 400v40M355 400v40"/></g></svg>)svg";

}  // namespace

Response FallbackPoster() {
  static const Bytes bytes = MakeBytes(std::string(kSvg));
  static const std::string etag = EtagOf(kSvg);
  Response response = Response::Shared(200, "image/svg+xml; charset=utf-8", bytes);
  response.headers.Add("ETag", etag);
  response.headers.Add("Cache-Control", "public, max-age=86400");
  return response;
}

}  // namespace marquee::gateway
