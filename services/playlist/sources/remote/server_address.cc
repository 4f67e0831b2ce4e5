#include "services/playlist/sources/remote/server_address.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "libs/base/strings.h"

namespace marquee::playlist {
namespace {

bool HoldsCredential(std::string_view parameter) {
  return parameter.starts_with("api_key=") || parameter.starts_with("X-Plex-Token=");
}

// Removes the path of a server's web pages.
bool DropWebPage(std::string* path) {
  for (const std::string_view page : {"/web/index.html", "/web", "/index.html"}) {
    if (!std::string_view(*path).ends_with(page)) continue;
    path->resize(path->size() - page.size());
    return true;
  }
  return false;
}

}  // namespace

std::string CleanCredential(std::string_view text) {
  static constexpr std::array<std::string_view, 7> kInvisible = {
      " ", "\t", "\r", "\n", "\xC2\xA0", "\xE2\x80\x8B", "\xEF\xBB\xBF"};
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view blank : kInvisible) {
      if (text.starts_with(blank)) {
        text.remove_prefix(blank.size());
        again = true;
      }
      if (text.ends_with(blank)) {
        text.remove_suffix(blank.size());
        again = true;
      }
    }
  }
  return std::string(text);
}

bool IsCredential(std::string_view text) {
  return !text.empty() && text.size() <= 1024 &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

absl::StatusOr<httpc::Url> ParseServerAddress(std::string_view text, const UsualPorts& usual,
                                              std::string* hint) {
  const std::string clean = CleanCredential(text);
  text = clean;
  const bool has_scheme = text.find("://") != std::string_view::npos;
  auto url = httpc::Url::Parse(has_scheme ? std::string(text) : fmt::format("http://{}", text));
  if (!url.ok()) {
    return absl::InvalidArgumentError(
        fmt::format("{}; expected an address such as http://10.0.0.5:{}",
                    base::MessageOf(url.status()), usual.port));
  }
  if (!has_scheme) {
    // Whether the text contains a port: an explicit port 80 is kept.
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
  const bool page = DropWebPage(&url->path);
  while (url->path.ends_with('/')) url->path.pop_back();
  if (hint != nullptr) {
    *hint = page ? fmt::format(
                       "url: this is the address of the server's web page; {}{} is used instead, "
                       "enter that",
                       url->Origin(), url->path)
                 : std::string();
  }
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
    if (HoldsCredential(pair)) continue;
    below += separator;
    below += pair;
    separator = '&';
  }
  return below;
}

}  // namespace marquee::playlist
