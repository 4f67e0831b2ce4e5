#include "services/gateway/limits/network_key.h"

#include <boost/asio/ip/address.hpp>

namespace marquee::gateway {

std::string NetworkKey(std::string_view address) {
  boost::system::error_code error;
  const auto parsed = boost::asio::ip::make_address(address, error);
  if (error || !parsed.is_v6()) return std::string(address);
  const auto bytes = parsed.to_v6().to_bytes();
  if (parsed.to_v6().is_v4_mapped()) {
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, parsed.to_v6()).to_string();
  }
  return "net64:" + std::string(bytes.begin(), bytes.begin() + 8);
}

}  // namespace marquee::gateway
