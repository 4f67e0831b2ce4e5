#include "services/gateway/http/etag.h"

#include <fmt/format.h>
#include <xxhash.h>

#include "services/gateway/http/headers.h"

namespace marquee::gateway {
namespace {

std::string_view WithoutWeakMark(std::string_view tag) {
  return tag.starts_with("W/") ? tag.substr(2) : tag;
}

}  // namespace

std::string EtagOf(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return fmt::format("\"{:016x}{:016x}\"", hash.high64, hash.low64);
}

bool IfNoneMatchHas(std::string_view if_none_match, std::string_view etag) {
  if (Trim(if_none_match) == "*") return true;
  // An entity tag may hold a comma between its quotes, so quotes are what is followed.
  std::string_view rest = if_none_match;
  while (true) {
    const size_t open = rest.find('"');
    if (open == std::string_view::npos) return false;
    const size_t close = rest.find('"', open + 1);
    if (close == std::string_view::npos) return false;
    if (rest.substr(open, close - open + 1) == WithoutWeakMark(etag)) return true;
    rest = rest.substr(close + 1);
  }
}

}  // namespace marquee::gateway
