// A list of IP addresses and networks from the settings.
#pragma once

#include <absl/status/statusor.h>

#include <boost/asio/ip/address.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace marquee::gateway {

// Immutable.
class AddressList {
 public:
  AddressList() = default;
  // Each entry is an address or a network: "192.168.1.7", "10.0.0.0/8", "fd00::/8".
  // kInvalidArgument: an entry is invalid; the message contains it.
  static absl::StatusOr<AddressList> Parse(const std::vector<std::string>& entries);

  bool empty() const { return networks_.empty(); }
  // `address`: numeric; an IPv4-mapped one matches as IPv4. False for anything else.
  bool Contains(std::string_view address) const;

 private:
  struct Network {
    boost::asio::ip::address_v6
        base;  // IPv4 as IPv4-mapped, so that one comparison serves both families
    int prefix = 128;
  };
  std::vector<Network> networks_;
};

}  // namespace marquee::gateway
