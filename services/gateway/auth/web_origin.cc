#include "services/gateway/auth/web_origin.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace marquee::gateway {
namespace {

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

bool IsHost(std::string_view host) {
  constexpr std::string_view kNotInHosts = "/?#@\\\"'<> \t,;";
  return !host.empty() && host.find_first_of(kNotInHosts) == std::string_view::npos;
}

}  // namespace

uint16_t DefaultPort(std::string_view scheme) {
  if (scheme == "http") return 80;
  return scheme == "https" ? 443 : 0;
}

std::optional<Authority> Authority::Parse(std::string_view text) {
  Authority authority;
  const size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == std::string_view::npos) return std::nullopt;
  const size_t colon = text.find(':', bracket);
  authority.host = Lower(text.substr(0, colon));
  if (!IsHost(authority.host)) return std::nullopt;
  if (colon == std::string_view::npos) return authority;
  const std::string_view digits = text.substr(colon + 1);
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size() || port == 0) {
    return std::nullopt;
  }
  authority.port = port;
  return authority;
}

std::optional<WebOrigin> WebOrigin::Parse(std::string_view text) {
  const size_t mark = text.find("://");
  if (mark == std::string_view::npos || mark == 0) return std::nullopt;
  const auto authority = Authority::Parse(text.substr(mark + 3));
  if (!authority) return std::nullopt;
  WebOrigin origin{.scheme = Lower(text.substr(0, mark)), .host = authority->host};
  origin.port = authority->port.value_or(DefaultPort(origin.scheme));
  return origin;
}

std::optional<WebOrigin> WebOrigin::OfUrl(std::string_view url) {
  const size_t mark = url.find("://");
  if (mark == std::string_view::npos) return std::nullopt;
  std::string_view authority = url.substr(mark + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  if (const size_t user = authority.rfind('@'); user != std::string_view::npos) {
    authority.remove_prefix(user + 1);
  }
  return Parse(fmt::format("{}://{}", url.substr(0, mark), authority));
}

std::string WebOrigin::Text() const {
  return port == DefaultPort(scheme) ? fmt::format("{}://{}", scheme, host)
                                     : fmt::format("{}://{}:{}", scheme, host, port);
}

}  // namespace marquee::gateway
