#include "services/gateway/http/base_path.h"

#include <algorithm>
#include <array>

namespace marquee::gateway {
namespace {

constexpr size_t kMaxBasePath = 256;
constexpr std::array<std::string_view, 5> kAddresses{"/image?", "/media?", "/local-media/",
                                                     "/local-posterpack?", "/fallback-poster"};

bool IsUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

}  // namespace

std::optional<std::string> ParseBasePath(std::string_view text) {
  while (text.ends_with('/')) text.remove_suffix(1);
  if (text.empty()) return std::string();
  if (text.front() != '/' || text.size() > kMaxBasePath) return std::nullopt;
  for (std::string_view rest = text; !rest.empty();) {
    rest.remove_prefix(1);
    const size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view segment = rest.substr(0, end);
    if (segment.empty() || segment == "." || segment == "..") return std::nullopt;
    if (!std::all_of(segment.begin(), segment.end(), IsUnreserved)) return std::nullopt;
    rest.remove_prefix(end);
  }
  return std::string(text);
}

std::optional<std::string_view> Below(std::string_view path, std::string_view base) {
  if (!path.starts_with(base)) return std::nullopt;
  const std::string_view rest = path.substr(base.size());
  if (!rest.empty() && rest.front() != '/') return std::nullopt;
  return rest;
}

std::string PrefixAddresses(std::string json, std::string_view base) {
  if (base.empty()) return json;
  std::string out;
  out.reserve(json.size() + json.size() / 8);
  std::string_view rest(json);
  for (size_t at = rest.find("\"/"); at != std::string_view::npos; at = rest.find("\"/")) {
    out += rest.substr(0, at + 1);
    rest.remove_prefix(at + 1);
    const bool ours = std::any_of(kAddresses.begin(), kAddresses.end(),
                                  [&](std::string_view own) { return rest.starts_with(own); });
    if (ours) out += base;
  }
  out += rest;
  return out;
}

}  // namespace marquee::gateway
