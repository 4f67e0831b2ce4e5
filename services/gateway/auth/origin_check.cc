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
  if (request.secure || request.via_proxy || HostOf(request).empty()) return absl::OkStatus();
  const auto host = Authority::Parse(HostOf(request));
  const bool known =
      host && (IsLocalName(host->host) ||
               std::any_of(listed_.begin(), listed_.end(),
                           [&](const WebOrigin& listed) { return listed.host == host->host; }));
  if (known) return absl::OkStatus();
  return absl::PermissionDeniedError(
      fmt::format("log-in and set-up are refused for the host {}: it is not a known name of this "
                  "server. Set public_url to the address in the browser, or add its origin to "
                  "browsers.allowed_origins",
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
