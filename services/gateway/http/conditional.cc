#include "services/gateway/http/conditional.h"

#include <fmt/format.h>

#include "services/gateway/http/etag.h"
#include "services/gateway/http/range.h"

namespace marquee::gateway {
namespace {

void MakeNotModified(Response& full) {
  full.status = 304;
  full.headers.Remove({"Content-Type", "Content-Encoding"});
  full.body = nullptr;
  full.stream = nullptr;
  full.stream_length.reset();
  full.offset = full.length = 0;
}

}  // namespace

void ApplyConditions(const Request& request, Response& answer) {
  const bool reading = request.method == Method::kGet || request.method == Method::kHead;
  if (!reading || answer.status != 200) return;
  const std::string_view etag = answer.headers.Get("ETag");
  if (etag.empty()) return;

  const std::string_view held = request.header("If-None-Match");  // nearly always one tag
  if (!held.empty() &&
      (held == etag || IfNoneMatchHas(request.headers.Combined("If-None-Match"), etag))) {
    MakeNotModified(answer);
    return;
  }

  if (!answer.body) return;
  // Strong comparison (RFC 9110 section 13.1.5): a weak tag never matches.
  const std::string_view if_range = request.header("If-Range");
  const bool same = if_range.empty() || (if_range == etag && !etag.starts_with("W/"));
  if (!answer.headers.Has("Accept-Ranges")) answer.headers.Add("Accept-Ranges", "bytes");
  const std::string_view field = request.header("Range");
  if (field.empty() || !same) return;

  ByteRange range;
  switch (ParseRange(field, answer.length, range)) {
    case RangeVerdict::kNone:
      return;
    case RangeVerdict::kUnsatisfiable:
      answer.headers.Add("Content-Range", fmt::format("bytes */{}", answer.length));
      answer.status = 416;
      // An error about this request, which no cache may keep as long as the representation.
      answer.headers.Set("Cache-Control", "no-store");
      answer.body = nullptr;
      answer.offset = answer.length = 0;
      return;
    case RangeVerdict::kSatisfiable:
      answer.headers.Add("Content-Range",
                         fmt::format("bytes {}-{}/{}", range.first, range.last, answer.length));
      answer.status = 206;
      answer.offset += range.first;
      answer.length = range.length();
      return;
  }
}

}  // namespace marquee::gateway
