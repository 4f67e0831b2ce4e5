#include "services/gateway/http/conditional.h"

#include <fmt/format.h>

#include "services/gateway/http/etag.h"
#include "services/gateway/http/range.h"

namespace marquee::gateway {
namespace {

Response NotModified(Response full) {
  full.status = 304;
  full.headers.Remove("Content-Type");
  full.headers.Remove("Content-Encoding");
  full.body = nullptr;
  full.stream = nullptr;
  full.stream_length.reset();
  full.offset = full.length = 0;
  return full;
}

}  // namespace

Response ApplyConditions(const Request& request, Response full) {
  const bool reading = request.method == Method::kGet || request.method == Method::kHead;
  if (!reading || full.status != 200) return full;
  const std::string etag(full.headers.Get("ETag"));
  if (etag.empty()) return full;

  if (!request.header("If-None-Match").empty() &&
      IfNoneMatchHas(CombinedValue(*request.headers, "If-None-Match"), etag)) {
    return NotModified(std::move(full));
  }

  if (!full.body) return full;
  if (!full.headers.Has("Accept-Ranges")) full.headers.Add("Accept-Ranges", "bytes");
  const std::string_view field = request.header("Range");
  if (field.empty()) return full;
  // Strong comparison (RFC 9110 section 13.1.5): a weak tag never matches.
  const std::string_view if_range = request.header("If-Range");
  if (!if_range.empty() && (if_range != etag || etag.starts_with("W/"))) return full;

  ByteRange range;
  switch (ParseRange(field, full.length, range)) {
    case RangeVerdict::kNone:
      return full;
    case RangeVerdict::kUnsatisfiable:
      full.headers.Add("Content-Range", fmt::format("bytes */{}", full.length));
      full.status = 416;
      full.body = nullptr;
      full.offset = full.length = 0;
      return full;
    case RangeVerdict::kSatisfiable:
      full.headers.Add("Content-Range",
                       fmt::format("bytes {}-{}/{}", range.first, range.last, full.length));
      full.status = 206;
      full.offset += range.first;
      full.length = range.length();
      return full;
  }
  return full;
}

}  // namespace marquee::gateway
