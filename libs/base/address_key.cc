#include "libs/base/address_key.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <array>
#include <cstddef>

namespace marquee::base {

std::string AddressKey(std::string_view address, int ipv6_bits) {
  if (address.find(':') == std::string_view::npos) return std::string(address);
  const std::string plain(address.substr(0, address.find('%')));  // without a zone
  in6_addr parsed{};
  if (inet_pton(AF_INET6, plain.c_str(), &parsed) != 1) return std::string(address);
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (IN6_IS_ADDR_V4MAPPED(&parsed)) {
    constexpr size_t kFirst = 12;
    inet_ntop(AF_INET, &parsed.s6_addr[kFirst], text.data(), text.size());
    return text.data();
  }
  for (size_t i = static_cast<size_t>(ipv6_bits) / 8; i < sizeof parsed.s6_addr; ++i) {
    parsed.s6_addr[i] = 0;
  }
  inet_ntop(AF_INET6, &parsed, text.data(), text.size());
  return fmt::format("{}/{}", text.data(), ipv6_bits);
}

}  // namespace marquee::base
