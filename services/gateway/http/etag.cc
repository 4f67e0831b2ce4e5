#include "services/gateway/http/etag.h"

#include <fmt/format.h>
#include <xxhash.h>

#include "services/gateway/http/headers.h"

namespace marquee::gateway {
namespace {

std::string_view WithoutWeakMark(std::string_view tag) {
  return tag.starts_with("W/") ? tag.substr(2) : tag;
}

// Whether a list of entity tags contains this one; with `weak`, weak tags match too. A quoted tag
// may contain a comma, so the list is split at quotes, not at commas.
bool Names(std::string_view list, std::string_view etag, bool weak) {
  while (true) {
    const size_t open = list.find('"');
    if (open == std::string_view::npos) return false;
    const size_t close = list.find('"', open + 1);
    if (close == std::string_view::npos) return false;
    const bool marked = list.substr(0, open).ends_with("W/");
    if ((weak || !marked) && list.substr(open, close - open + 1) == etag) return true;
    list = list.substr(close + 1);
  }
}

}  // namespace

std::string EtagOf(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return fmt::format("\"{:016x}{:016x}\"", hash.high64, hash.low64);
}

bool IfNoneMatchHas(std::string_view if_none_match, std::string_view etag) {
  return Trim(if_none_match) == "*" || Names(if_none_match, WithoutWeakMark(etag), /*weak=*/true);
}

bool IfMatchHas(std::string_view if_match, std::string_view etag) {
  return !etag.starts_with("W/") && Names(if_match, etag, /*weak=*/false);
}

}  // namespace marquee::gateway
