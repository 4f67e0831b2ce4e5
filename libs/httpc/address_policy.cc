#include "libs/httpc/address_policy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace marquee::httpc {
namespace {

using Bytes6 = std::array<uint8_t, 16>;

struct Block4 {
  uint32_t network;
  int bits;
  AddressKind kind;
};

constexpr uint32_t Ip(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}

// https://www.iana.org/assignments/iana-ipv4-special-registry
constexpr std::array kBlocks4 = {
    Block4{Ip(0, 0, 0, 0), 8, AddressKind::kNotUnicast},  // "this host": connects to loopback
    Block4{Ip(10, 0, 0, 0), 8, AddressKind::kLocal},
    Block4{Ip(100, 64, 0, 0), 10, AddressKind::kLocal},
    Block4{Ip(127, 0, 0, 0), 8, AddressKind::kLocal},
    Block4{Ip(169, 254, 0, 0), 16, AddressKind::kLocal},  // also the clouds' metadata servers
    Block4{Ip(172, 16, 0, 0), 12, AddressKind::kLocal},
    Block4{Ip(192, 0, 0, 0), 24, AddressKind::kLocal},
    Block4{Ip(192, 0, 2, 0), 24, AddressKind::kLocal},
    Block4{Ip(192, 88, 99, 0), 24, AddressKind::kLocal},
    Block4{Ip(192, 168, 0, 0), 16, AddressKind::kLocal},
    Block4{Ip(198, 18, 0, 0), 15, AddressKind::kLocal},
    Block4{Ip(198, 51, 100, 0), 24, AddressKind::kLocal},
    Block4{Ip(203, 0, 113, 0), 24, AddressKind::kLocal},
    Block4{Ip(224, 0, 0, 0), 4, AddressKind::kNotUnicast},
    Block4{Ip(255, 255, 255, 255), 32, AddressKind::kNotUnicast},
    Block4{Ip(240, 0, 0, 0), 4, AddressKind::kLocal},
};

AddressKind KindOf4(uint32_t ip) {
  for (const Block4& block : kBlocks4) {
    const uint32_t mask = ~uint32_t{0} << (32 - block.bits);
    if ((ip & mask) == block.network) return block.kind;
  }
  return AddressKind::kPublic;
}

AddressKind KindOf4At(const Bytes6& ip, size_t at) {
  return KindOf4(Ip(ip[at], ip[at + 1], ip[at + 2], ip[at + 3]));
}

bool BeginsWith(const Bytes6& ip, std::initializer_list<uint8_t> prefix) {
  return std::equal(prefix.begin(), prefix.end(), ip.begin());
}

AddressKind KindOf6(const Bytes6& ip) {
  if (ip[0] == 0xff) return AddressKind::kNotUnicast;
  // ::, ::1 and ::a.b.c.d (IPv4-compatible, RFC 4291 2.5.5.1)
  if (BeginsWith(ip, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})) {
    const Bytes6 loopback = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    return ip == loopback ? AddressKind::kLocal : KindOf4At(ip, 12);
  }
  // ::ffff:a.b.c.d (mapped) and ::ffff:0:a.b.c.d (translated, RFC 2765)
  if (BeginsWith(ip, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff})) return KindOf4At(ip, 12);
  if (BeginsWith(ip, {0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0})) return KindOf4At(ip, 12);
  // 64:ff9b::/96, NAT64 (RFC 6052). 64:ff9b:1::/48 is for local use and falls through.
  if (BeginsWith(ip, {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) return KindOf4At(ip, 12);
  if ((ip[0] & 0xe0) != 0x20) return AddressKind::kLocal;     // only 2000::/3 is global unicast
  if (BeginsWith(ip, {0x20, 0x02})) return KindOf4At(ip, 2);  // 6to4 (RFC 3056)
  // 2001::/23, IETF protocol assignments: Teredo, benchmarking, ORCHID
  if (ip[0] == 0x20 && ip[1] == 0x01 && (ip[2] & 0xfe) == 0) return AddressKind::kLocal;
  if (BeginsWith(ip, {0x20, 0x01, 0x0d, 0xb8}))
    return AddressKind::kLocal;  // documentation (RFC 3849)
  if (ip[0] == 0x3f && ip[1] == 0xff && (ip[2] & 0xf0) == 0)
    return AddressKind::kLocal;  // documentation (RFC 9637)
  // ISATAP (RFC 5214): interface identifier [02]00:5efe:a.b.c.d under any prefix
  if ((ip[8] & 0xfd) == 0 && ip[9] == 0 && ip[10] == 0x5e && ip[11] == 0xfe) {
    return KindOf4At(ip, 12);
  }
  return AddressKind::kPublic;
}

}  // namespace

AddressKind KindOf(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in in = {};
    std::memcpy(&in, &address, sizeof(in));
    return KindOf4(ntohl(in.sin_addr.s_addr));
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 in = {};
    std::memcpy(&in, &address, sizeof(in));
    Bytes6 bytes = {};
    std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
    return KindOf6(bytes);
  }
  return AddressKind::kNotUnicast;
}

AddressKind KindOfText(std::string_view address) {
  // A scoped address (fe80::1%eth0) is classified without its scope.
  const std::string text(address.substr(0, address.find('%')));
  in_addr ip4 = {};
  if (inet_pton(AF_INET, text.c_str(), &ip4) == 1) return KindOf4(ntohl(ip4.s_addr));
  Bytes6 ip6 = {};
  if (inet_pton(AF_INET6, text.c_str(), ip6.data()) == 1) return KindOf6(ip6);
  return AddressKind::kNotUnicast;
}

std::string TextOf(const sockaddr& address) {
  std::array<char, INET6_ADDRSTRLEN> text = {};
  if (address.sa_family == AF_INET) {
    sockaddr_in in = {};
    std::memcpy(&in, &address, sizeof(in));
    inet_ntop(AF_INET, &in.sin_addr, text.data(), text.size());
  } else if (address.sa_family == AF_INET6) {
    sockaddr_in6 in = {};
    std::memcpy(&in, &address, sizeof(in));
    inet_ntop(AF_INET6, &in.sin6_addr, text.data(), text.size());
  } else {
    return "?";
  }
  return text.data();
}

}  // namespace marquee::httpc
