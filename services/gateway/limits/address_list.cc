#include "services/gateway/limits/address_list.h"

#include <fmt/format.h>

#include <charconv>

namespace marquee::gateway {
namespace {

namespace ip = boost::asio::ip;

bool ToV6(std::string_view text, ip::address_v6& address, bool& was_v4) {
  boost::system::error_code ec;
  const auto parsed = ip::make_address(std::string(text), ec);
  if (ec) return false;
  was_v4 = parsed.is_v4();
  address = was_v4 ? ip::make_address_v6(ip::v4_mapped, parsed.to_v4()) : parsed.to_v6();
  return true;
}

}  // namespace

absl::StatusOr<AddressList> AddressList::Parse(const std::vector<std::string>& entries) {
  AddressList list;
  for (const std::string& entry : entries) {
    const std::string_view text(entry);
    const size_t slash = std::min(text.find('/'), text.size());
    Network network;
    bool v4 = false;
    bool good = ToV6(text.substr(0, slash), network.base, v4);
    if (good && slash < text.size()) {
      const std::string_view digits = text.substr(slash + 1);
      int prefix = -1;
      const auto [end, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
      good = error == std::errc() && end == digits.data() + digits.size() && prefix >= 0 &&
             prefix <= (v4 ? 32 : 128);
      network.prefix = prefix + (v4 ? 96 : 0);
    }
    if (!good) {
      return absl::InvalidArgumentError(fmt::format(
          "\"{}\" is not an address or network; write for example 192.168.1.7 or 10.0.0.0/8",
          entry));
    }
    list.networks_.push_back(network);
  }
  return list;
}

bool AddressList::Contains(std::string_view address) const {
  ip::address_v6 asked;
  bool v4 = false;
  if (networks_.empty() || !ToV6(address, asked, v4)) return false;
  const auto bytes = asked.to_bytes();
  for (const Network& network : networks_) {
    const auto base = network.base.to_bytes();
    int left = network.prefix;
    bool equal = true;
    for (size_t i = 0; equal && left > 0; ++i, left -= 8) {
      const unsigned mask = left >= 8 ? 0xffU : (0xff00U >> static_cast<unsigned>(left)) & 0xffU;
      equal = ((bytes[i] ^ base[i]) & mask) == 0;
    }
    if (equal) return true;
  }
  return false;
}

}  // namespace marquee::gateway
