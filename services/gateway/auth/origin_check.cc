#include "services/gateway/auth/origin_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <string_view>

namespace marquee::gateway {
namespace {

constexpr size_t kMaxQuoted = 200;

// Domains that are not delegated in the public DNS: RFC 6761, 6762, 8375; .internal (ICANN, 2024);
// .lan, .home and .corp are used in local networks and not delegated.
constexpr std::array<std::string_view, 9> kLocalDomains{".localhost", ".local", ".home.arpa",
                                                        ".internal",  ".test",  ".lan",
                                                        ".home",      ".corp",  ".localdomain"};

std::string Quoted(std::string_view text) {
  return fmt::format("\"{}\"", text.substr(0, kMaxQuoted));
}

// The host that the client requested, with its port if known.
std::string_view HostOf(const Request& request) {
  return request.forwarded_host.empty() ? request.header("Host")
                                        : std::string_view(request.forwarded_host);
}

bool IsLocalName(std::string_view host) {
  if (host.starts_with('[') || host.find('.') == std::string_view::npos) return true;
  boost::system::error_code ec;
  boost::asio::ip::make_address(std::string(host), ec);
  if (!ec) return true;
  if (host.ends_with('.')) host.remove_suffix(1);
  return std::any_of(kLocalDomains.begin(), kLocalDomains.end(),
                     [&](std::string_view domain) { return host.ends_with(domain); });
}

std::string LowerCase(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

bool IsLoopback(std::string_view host) {
  if (host == "localhost") return true;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  boost::system::error_code ec;
  const auto address = boost::asio::ip::make_address(std::string(host), ec);
  return !ec && address.is_loopback();
}

bool SamePort(const WebOrigin& origin, std::optional<uint16_t> port, const Request& request) {
  if (request.secure && origin.scheme != "https") return false;
  if (request.plain && origin.scheme != "http") return false;
  return origin.port == port.value_or(DefaultPort(origin.scheme));
}

// Whether `origin` equals the origin to which the request was sent.
bool IsOwn(const WebOrigin& origin, const Request& request) {
  const auto own = Authority::Parse(HostOf(request));
  if (!own || own->host != origin.host) return false;
  if (SamePort(origin, own->port, request)) return true;
  return !own->port && request.forwarded_port != 0 &&
         SamePort(origin, request.forwarded_port, request);
}

// The origin that was compared, formatted for an administrator.
std::string ComparedWith(const Request& request) {
  std::string_view scheme = "http(s)";
  if (request.secure) scheme = "https";
  if (request.plain) scheme = "http";
  const std::string_view field = request.forwarded_host.empty() ? "Host" : "X-Forwarded-Host";
  return fmt::format("{} ({}, {}{})", Quoted(HostOf(request)), field, scheme,
                     request.forwarded_port == 0
                         ? std::string()
                         : fmt::format(", port {}", request.forwarded_port));
}

absl::Status Refused(const Request& request, std::string_view what) {
  return absl::PermissionDeniedError(fmt::format(
      "not sent by a page of this server: {}; compared with {}. Behind a reverse proxy, set "
      "public_url to the address in the browser, or add its origin to browsers.allowed_origins; "
      "X-Forwarded-Host and X-Forwarded-Proto count when the proxy is in trusted_proxies",
      what, ComparedWith(request)));
}

}  // namespace

OriginCheck::OriginCheck(const Options& options)
    : public_origin_(WebOrigin::OfUrl(options.public_url)) {
  if (public_origin_) listed_.push_back(*public_origin_);
  for (const std::string& text : options.allowed_origins) {
    if (auto origin = WebOrigin::Parse(text)) listed_.push_back(*std::move(origin));
  }
  if (!options.listen_host.empty()) hosts_.push_back(LowerCase(options.listen_host));
  for (const std::string& entry : options.allowed_hosts) {
    if (entry == "*") {
      any_host_ = true;
    } else if (entry.starts_with("*.")) {
      domains_.push_back(LowerCase(entry.substr(1)));
    } else {
      hosts_.push_back(LowerCase(entry));
    }
  }
}

absl::Status OriginCheck::CheckAllowedHost(std::string_view entry) {
  if (entry == "*") return absl::OkStatus();
  const std::string_view name = entry.starts_with("*.") ? entry.substr(2) : entry;
  const auto host = Authority::Parse(name);
  if (!name.empty() && host && !host->port && name.find('*') == std::string_view::npos) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      fmt::format("{} must be a host name without port and path, such as wall.example, "
                  "\"*.example\" for all names below it, or \"*\" for any",
                  Quoted(entry)));
}

bool OriginCheck::KnowsHost(const Request& request) const {
  if (any_host_ || request.secure || request.via_proxy || HostOf(request).empty()) return true;
  const auto authority = Authority::Parse(HostOf(request));
  if (!authority) return false;
  std::string_view host = authority->host;
  if (IsLocalName(host)) return true;
  if (host.ends_with('.')) host.remove_suffix(1);
  return std::ranges::any_of(listed_,
                             [host](const WebOrigin& listed) { return listed.host == host; }) ||
         std::ranges::find(hosts_, host) != hosts_.end() ||
         std::ranges::any_of(domains_,
                             [host](const std::string& domain) { return host.ends_with(domain); });
}

absl::Status OriginCheck::CheckHost(const Request& request) const {
  if (KnowsHost(request)) return absl::OkStatus();
  return absl::PermissionDeniedError(
      fmt::format("the host {} is not a known name of this server. Add it to allowed_hosts, or set "
                  "public_url to the address in the browser",
                  Quoted(HostOf(request))));
}

bool OriginCheck::Listed(const WebOrigin& origin) const {
  return std::find(listed_.begin(), listed_.end(), origin) != listed_.end();
}

absl::Status OriginCheck::CheckChange(const Request& request) const {
  const std::string_view said = request.header("Origin");
  const auto origin = WebOrigin::Parse(said);
  if (origin && Listed(*origin)) return absl::OkStatus();
  if (const std::string_view site = request.header("Sec-Fetch-Site"); !site.empty()) {
    if (site == "same-origin" || site == "none") return absl::OkStatus();
    return Refused(request, fmt::format("the browser says Sec-Fetch-Site {}, Origin {}",
                                        Quoted(site), Quoted(said)));
  }
  if (origin && IsOwn(*origin, request)) return absl::OkStatus();
  if (said.empty()) return Refused(request, "the request has no Origin");
  return Refused(request, fmt::format("Origin {}", Quoted(said)));
}

absl::Status OriginCheck::CheckLogin(const Request& request) const {
  const std::string_view said = request.header("Origin");
  const auto origin = WebOrigin::Parse(said);
  if (origin && Listed(*origin)) return absl::OkStatus();
  if (!said.empty() || !request.header("Sec-Fetch-Site").empty()) {
    if (absl::Status sent = CheckChange(request); !sent.ok()) return sent;
  }
  if (KnowsHost(request)) return absl::OkStatus();
  return absl::PermissionDeniedError(
      fmt::format("log-in and set-up are refused for the host {}: it is not a known name of this "
                  "server. Set public_url to the address in the browser, add its origin to "
                  "browsers.allowed_origins, or its name to allowed_hosts",
                  Quoted(HostOf(request))));
}

bool OriginCheck::IsLocal(const Request& request) {
  if (request.via_proxy) return IsLoopback(request.remote_ip);
  if (!request.from_loopback) return false;
  for (const std::string_view field : {"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto",
                                       "X-Real-IP", "Forwarded", "Via"}) {
    if (!request.header(field).empty()) return false;
  }
  const auto host = Authority::Parse(HostOf(request));
  if (!host || !IsLoopback(host->host)) return false;
  const auto origin = WebOrigin::Parse(request.header("Origin"));
  return request.header("Origin").empty() || (origin && IsLoopback(origin->host));
}

CookieScope OriginCheck::CookiesFor(const Request& request) const {
  return {.path = request.base_path.empty() ? "/" : request.base_path, .secure = InTls(request)};
}

bool OriginCheck::InTls(const Request& request) const {
  if (request.secure) return true;
  if (request.plain) return false;
  if (const auto origin = WebOrigin::Parse(request.header("Origin"))) {
    return origin->scheme == "https";
  }
  const auto host = Authority::Parse(HostOf(request));
  return public_origin_ && public_origin_->scheme == "https" && host &&
         host->host == public_origin_->host;
}

}  // namespace marquee::gateway
