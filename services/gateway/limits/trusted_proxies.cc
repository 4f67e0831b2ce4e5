#include "services/gateway/limits/trusted_proxies.h"

#include <boost/asio/ip/address.hpp>
#include <memory>
#include <utility>

namespace marquee::gateway {
namespace {

// "203.0.113.9", "203.0.113.9:51234", "[2001:db8::1]:51234"; "" for what is no address.
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

}  // namespace

std::optional<ClientBehind> TrustedProxies::Behind(const Request& request) const {
  if (list_.empty() || !list_.Contains(request.remote_ip)) return std::nullopt;
  const std::string chain = request.headers.Combined("X-Forwarded-For");
  std::string_view rest(chain);
  std::optional<ClientBehind> client;
  while (!rest.empty()) {
    const size_t comma = rest.rfind(',');
    const std::string_view entry = comma == std::string_view::npos ? rest : rest.substr(comma + 1);
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(0, comma);
    std::string address = AddressOf(entry);
    if (address.empty()) break;
    const bool ours = list_.Contains(address);
    client = ClientBehind{.ip = std::move(address)};
    if (!ours) break;
  }
  if (client) client->secure = request.header("X-Forwarded-Proto") == "https";
  return client;
}

RequestPtr TrustedProxies::Resolve(RequestPtr request) const {
  auto client = Behind(*request);
  if (!client) return request;
  auto resolved = std::make_shared<Request>(*request);
  resolved->remote_ip = std::move(client->ip);
  resolved->secure = client->secure;
  resolved->from_loopback = false;  // the proxy may be on this machine; who asked is not
  return resolved;
}

}  // namespace marquee::gateway
