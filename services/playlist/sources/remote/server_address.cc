#include "services/playlist/sources/remote/server_address.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "libs/base/strings.h"

namespace marquee::playlist {
namespace {

bool IsCredential(std::string_view parameter) {
  return parameter.starts_with("api_key=") || parameter.starts_with("X-Plex-Token=");
}

}  // namespace

absl::StatusOr<httpc::Url> ParseServerAddress(std::string_view text, const UsualPorts& usual) {
  const bool has_scheme = text.find("://") != std::string_view::npos;
  auto url = httpc::Url::Parse(has_scheme ? std::string(text) : fmt::format("http://{}", text));
  if (!url.ok()) {
    return absl::InvalidArgumentError(
        fmt::format("{}; expected an address such as http://10.0.0.5:{}",
                    base::MessageOf(url.status()), usual.port));
  }
  if (!has_scheme) {
    // Whether a port was named: port 80 written out is kept.
    const std::string_view authority = text.substr(0, text.find('/'));
    const size_t colon = authority.rfind(':');
    const bool has_port = colon != std::string_view::npos && !authority.ends_with(']');
    if (!has_port) url->port = usual.port;
    if (url->port == 443 || std::ranges::find(usual.https, url->port) != usual.https.end()) {
      url->scheme = "https";
    }
  }
  url->query.clear();
  while (url->path.ends_with('/')) url->path.pop_back();
  return url;
}

std::optional<std::string> PathBelow(const httpc::Url& address, std::string_view url) {
  const auto parsed = httpc::Url::Parse(url);
  if (!parsed.ok() || parsed->Origin() != address.Origin()) return std::nullopt;
  std::string_view path = parsed->path;
  if (!path.starts_with(address.path)) return std::nullopt;
  path.remove_prefix(address.path.size());
  if (!path.starts_with('/')) return std::nullopt;

  std::string below(path);
  char separator = '?';
  for (std::string_view rest = parsed->query; !rest.empty();) {
    const size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (IsCredential(pair)) continue;
    below += separator;
    below += pair;
    separator = '&';
  }
  return below;
}

}  // namespace marquee::playlist
