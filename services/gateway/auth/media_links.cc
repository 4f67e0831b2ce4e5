#include "services/gateway/auth/media_links.h"

#include <fmt/format.h>

namespace marquee::gateway {
namespace {

constexpr std::string_view kPurpose = "media";

// The sealed text. Neither value contains a line break: control characters were rejected before.
std::string NamedBy(const Query& query) {
  return fmt::format("{}\n{}", query.Get("server").value_or(""), query.Get("path").value_or(""));
}

}  // namespace

std::string MediaLinks::Seal(std::string url) const {
  if (!url.starts_with("/media?")) return url;
  const auto target = ParseTarget(url);
  if (!target.ok()) return url;
  url += "&key=" + sealer_.Seal(kPurpose, NamedBy(target->query));
  return url;
}

bool MediaLinks::Opens(const Query& query) const {
  const auto key = query.Get("key");
  return key && sealer_.Open(kPurpose, *key) == NamedBy(query);
}

}  // namespace marquee::gateway
