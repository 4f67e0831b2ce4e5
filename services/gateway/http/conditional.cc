#include "services/gateway/http/conditional.h"

#include <fmt/format.h>

#include <string>

#include "services/gateway/http/etag.h"
#include "services/gateway/http/http_date.h"
#include "services/gateway/http/range.h"

namespace marquee::gateway {
namespace {

void DropBody(Response& answer) {
  answer.body = nullptr;
  answer.stream = nullptr;
  answer.stream_length.reset();
  answer.offset = answer.length = 0;
}

void MakeNotModified(Response& full) {
  full.status = 304;
  full.headers.Remove({"Content-Type", "Content-Encoding"});
  DropBody(full);
}

// Removes fields that describe the representation from a response that does not carry it, and
// forbids caching.
void MakeRefusal(int status, Response& full) {
  full.status = status;
  full.headers.Remove({"Content-Type", "Content-Encoding", "CDN-Cache-Control", "ETag",
                       "Last-Modified", "Accept-Ranges"});
  full.headers.Set("Cache-Control", "no-store");
  DropBody(full);
}

// false when `field` holds no valid date. Otherwise `changed` is set to whether the resource was
// modified after it.
bool ChangedSince(std::string_view field, std::string_view last_modified, absl::Time now,
                  bool& changed) {
  if (field.empty() || last_modified.empty()) return false;
  if (field == last_modified) {  // the value that most clients send
    changed = false;
    return true;
  }
  const auto since = ParseHttpDate(Trim(field), now);
  const auto modified = ParseHttpDate(last_modified, now);
  if (!since || !modified) return false;
  changed = *modified > *since;
  return true;
}

bool Holds(const Request& request, std::string_view etag, std::string_view last_modified,
           absl::Time now) {
  if (const std::string match = request.headers.Combined("If-Match"); !match.empty()) {
    // Strong comparison: a weak tag never matches. "*" always matches, because a representation
    // exists.
    return Trim(match) == "*" || (!etag.empty() && IfMatchHas(match, etag));
  }
  bool changed = false;
  return !ChangedSince(request.headers.Combined("If-Unmodified-Since"), last_modified, now,
                       changed) ||
         !changed;
}

void ApplyRange(const Request& request, std::string_view etag, Response& answer) {
  // Strong comparison (RFC 9110 section 13.1.5): a weak tag never matches.
  const std::string_view if_range = request.header("If-Range");
  const bool same = if_range.empty() || (if_range == etag && !etag.starts_with("W/"));
  if (!answer.headers.Has("Accept-Ranges")) answer.headers.Add("Accept-Ranges", "bytes");
  const std::string_view field = request.header("Range");
  if (field.empty() || !same) return;

  ByteRange range;
  const size_t size = answer.length;
  switch (ParseRange(field, size, range)) {
    case RangeVerdict::kNone:
      return;
    case RangeVerdict::kUnsatisfiable:
      MakeRefusal(416, answer);
      answer.headers.Add("Content-Range", fmt::format("bytes */{}", size));
      return;
    case RangeVerdict::kSatisfiable:
      answer.headers.Add("Content-Range",
                         fmt::format("bytes {}-{}/{}", range.first, range.last, size));
      answer.status = 206;
      answer.offset += range.first;
      answer.length = range.length();
      return;
  }
}

}  // namespace

bool IsNotModified(const Request& request, std::string_view etag, std::string_view last_modified,
                   absl::Time now) {
  const std::string_view first = request.header("If-None-Match");  // usually a single tag
  if (!first.empty()) {
    return !etag.empty() &&
           (first == etag || IfNoneMatchHas(request.headers.Combined("If-None-Match"), etag));
  }
  bool changed = false;
  return ChangedSince(request.headers.Combined("If-Modified-Since"), last_modified, now, changed) &&
         !changed;
}

void ApplyConditions(const Request& request, Response& answer, absl::Time now) {
  const bool reading = request.method == Method::kGet || request.method == Method::kHead;
  if (!reading || answer.status != 200) return;
  const std::string_view etag = answer.headers.Get("ETag");
  const std::string_view last_modified = answer.headers.Get("Last-Modified");
  if (etag.empty() && last_modified.empty()) return;
  if (!Holds(request, etag, last_modified, now)) {
    MakeRefusal(412, answer);
  } else if (IsNotModified(request, etag, last_modified, now)) {
    MakeNotModified(answer);
  } else if (answer.body) {
    ApplyRange(request, etag, answer);
  }
}

}  // namespace marquee::gateway
