#include "services/gateway/limits/trusted_proxies.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <utility>

#include "services/gateway/http/base_path.h"

namespace marquee::gateway {
namespace {

constexpr size_t kMaxHost = 255;  // RFC 1035 section 2.3.4

// "203.0.113.9", "203.0.113.9:51234", "[2001:db8::1]:51234"; "" for text that is not an address.
std::string AddressOf(std::string_view entry) {
  entry = Trim(entry);
  if (entry.starts_with('[')) {
    entry = entry.substr(1, entry.find(']') - 1);
  } else if (entry.find(':') != std::string_view::npos && entry.find(':') == entry.rfind(':')) {
    entry = entry.substr(0, entry.find(':'));
  }
  boost::system::error_code ec;
  const auto address = boost::asio::ip::make_address(std::string(entry), ec);
  return ec ? std::string() : address.to_string();
}

// The last value of a field, which the nearest proxy added.
std::string LastOf(const Request& request, std::string_view name) {
  const std::string all = request.headers.Combined(name);
  const size_t comma = all.rfind(',');
  return std::string(Trim(comma == std::string::npos ? std::string_view(all)
                                                     : std::string_view(all).substr(comma + 1)));
}

uint16_t PortOf(const Request& request) {
  const std::string text = LastOf(request, "X-Forwarded-Port");
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() ? port : 0;
}

}  // namespace

void TrustedProxies::Apply(Request& request) const {
  if (!options_.list.empty() && options_.list.Contains(request.remote_ip)) ApplyFields(request);
  if (!options_.base_path.empty()) request.base_path = options_.base_path;
  if (!request.base_path.empty()) RemoveBasePath(request, request.base_path);
}

void TrustedProxies::ApplyFields(Request& request) const {
  request.via_proxy = true;
  request.from_loopback = false;  // the proxy may be on this machine; the client is not
  if (std::string client = ClientOf(request); !client.empty()) {
    request.remote_ip = std::move(client);
  }
  // Some proxies report "ws" or "wss" as the scheme of a WebSocket.
  const std::string scheme = LastOf(request, "X-Forwarded-Proto");
  if (EqualsIgnoreCase(scheme, "https") || EqualsIgnoreCase(scheme, "wss")) {
    request.secure = true;
  } else if (EqualsIgnoreCase(scheme, "http") || EqualsIgnoreCase(scheme, "ws")) {
    request.secure = false;
    request.plain = true;
  }
  if (std::string host = LastOf(request, "X-Forwarded-Host"); host.size() <= kMaxHost) {
    request.forwarded_host = std::move(host);
  }
  request.forwarded_port = PortOf(request);
  if (options_.base_path.empty()) {
    request.base_path = ParseBasePath(LastOf(request, "X-Forwarded-Prefix")).value_or("");
  }
}

std::string TrustedProxies::ClientOf(const Request& request) const {
  const std::string chain = request.headers.Combined("X-Forwarded-For");
  std::string_view rest(chain);
  std::string client;
  while (!rest.empty()) {
    const size_t comma = rest.rfind(',');
    const std::string_view entry = comma == std::string_view::npos ? rest : rest.substr(comma + 1);
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(0, comma);
    std::string address = AddressOf(entry);
    if (address.empty()) break;
    client = std::move(address);
    if (!options_.list.Contains(client)) break;
  }
  return client;
}

void TrustedProxies::RemoveBasePath(Request& request, std::string_view base) const {
  const size_t end = base.find('/', 1);
  if (options_.own_segments.contains(
          base.substr(1, end == std::string_view::npos ? end : end - 1))) {
    return;
  }
  const auto path = Below(request.path, base);
  if (!path) return;
  // The REST client parses the undecoded target, so the base path is removed there only if it is
  // written the same way.
  const std::string_view target(request.target);
  const size_t mark = std::min(target.find_first_of("?#"), target.size());
  if (Below(target.substr(0, mark), base)) {
    request.target = target.substr(base.size());
    if (request.target.empty() || request.target.front() != '/') request.target.insert(0, 1, '/');
  }
  request.path = std::string(*path);
}

}  // namespace marquee::gateway
