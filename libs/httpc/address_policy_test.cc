#include "libs/httpc/address_policy.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace marquee::httpc {
namespace {

TEST(AddressPolicyTest, ClassifiesPublicAddresses) {
  for (const char* text :
       {"1.1.1.1", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1", "192.167.1.1",
        "198.17.0.1", "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::5e",
        "64:ff9b::1.1.1.1", "2002:101:101::1", "::ffff:8.8.8.8"}) {
    EXPECT_EQ(KindOfText(text), AddressKind::kPublic) << text;
  }
}

TEST(AddressPolicyTest, ClassifiesLocalAddresses) {
  for (const char* text :
       {"127.0.0.1",    "127.255.255.254", "10.0.0.1",   "172.16.0.1", "172.31.255.255",
        "192.168.1.1",  "169.254.169.254", "100.64.0.1", "192.0.2.1",  "198.18.0.1",
        "198.51.100.7", "203.0.113.9",     "240.0.0.1",  "192.0.0.8",  "::1",
        "fe80::1",      "fe80::1%eth0",    "fec0::1",    "fc00::1",    "fd12:3456::1",
        "2001:db8::1",  "2001::1",         "100::1",     "3fff::1"}) {
    EXPECT_EQ(KindOfText(text), AddressKind::kLocal) << text;
  }
}

TEST(AddressPolicyTest, ClassifiesIpv4EmbeddedInIpv6) {
  for (const char* text : {
           "::ffff:127.0.0.1",           // mapped
           "::ffff:7f00:1",              // the same in hexadecimal
           "::127.0.0.1",                // compatible
           "::ffff:0:127.0.0.1",         // translated
           "64:ff9b::10.0.0.1",          // NAT64
           "64:ff9b:1::1.1.1.1",         // NAT64 of a network's own
           "2002:7f00:1::1",             // 6to4
           "2002:a9fe:a9fe::",           // 6to4 of the metadata server
           "2001:0:4136:e378::1",        // Teredo
           "2a00::5efe:192.168.0.1",     // ISATAP
           "2a00::200:5efe:192.168.0.1"  // ISATAP, universal bit set
       }) {
    EXPECT_EQ(KindOfText(text), AddressKind::kLocal) << text;
  }
}

TEST(AddressPolicyTest, ClassifiesAddressesThatAreNotUnicast) {
  for (const char* text : {"0.0.0.0", "0.1.2.3", "224.0.0.1", "255.255.255.255", "::", "ff02::1",
                           "::ffff:0.0.0.0", "64:ff9b::224.0.0.1", "", "localhost", "1.2.3"}) {
    EXPECT_EQ(KindOfText(text), AddressKind::kNotUnicast) << text;
  }
}

TEST(AddressPolicyTest, ClassifiesSocketAddressesAlike) {
  sockaddr_in6 address = {};
  address.sin6_family = AF_INET6;
  inet_pton(AF_INET6, "::ffff:192.168.1.9", &address.sin6_addr);
  const auto& generic = reinterpret_cast<const sockaddr&>(address);
  EXPECT_EQ(KindOf(generic), AddressKind::kLocal);
  EXPECT_EQ(TextOf(generic), "::ffff:192.168.1.9");

  sockaddr unix_socket = {};
  unix_socket.sa_family = AF_UNIX;
  EXPECT_EQ(KindOf(unix_socket), AddressKind::kNotUnicast);
}

}  // namespace
}  // namespace marquee::httpc
