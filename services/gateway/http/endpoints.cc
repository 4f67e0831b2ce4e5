#include "services/gateway/http/endpoints.h"

#include <fmt/format.h>

namespace marquee::gateway {

using asio::ip::tcp;
using boost::system::error_code;

absl::StatusOr<tcp::endpoint> ListenEndpoint(const std::string& host, uint16_t port,
                                             asio::io_context& context) {
  error_code ec;
  const auto found =
      tcp::resolver(context).resolve(host, std::to_string(port), tcp::resolver::passive, ec);
  if (ec || found.empty()) {
    return absl::InvalidArgumentError(fmt::format(
        "listen: \"{}\" is not an address of this machine ({}); use for example 127.0.0.1, "
        "0.0.0.0 or ::",
        host, ec.message()));
  }
  return found.begin()->endpoint();
}

std::string Describe(const tcp::endpoint& endpoint) {
  const std::string host = endpoint.address().to_string();
  return endpoint.address().is_v6() ? fmt::format("[{}]:{}", host, endpoint.port())
                                    : fmt::format("{}:{}", host, endpoint.port());
}

std::optional<Peer> PeerOf(const tcp::socket& socket) {
  error_code ec;
  const auto endpoint = socket.remote_endpoint(ec);
  if (ec) return std::nullopt;
  asio::ip::address address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return Peer{.ip = address.to_string(), .loopback = address.is_loopback()};
}

}  // namespace marquee::gateway
