#include "libs/base/keyed_places.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <vector>

namespace marquee::base {
namespace {

TEST(KeyedPlacesTest, RefusesOneKeyAndNotItsNeighbour) {
  KeyedPlaces places(2);
  std::vector<KeyedPlaces::Place> held = {places.Take("a"), places.Take("a")};

  EXPECT_EQ(places.Take("a"), nullptr);
  EXPECT_NE(places.Take("b"), nullptr);
  held.pop_back();
  EXPECT_NE(places.Take("a"), nullptr);
}

TEST(KeyedPlacesTest, ZeroIsNoBound) {
  KeyedPlaces places(0);
  std::vector<KeyedPlaces::Place> held;

  for (int i = 0; i < 1000; ++i) held.push_back(places.Take("a"));

  EXPECT_NE(held.back(), nullptr);
}

TEST(KeyedPlacesTest, APlaceMayOutliveTheTable) {
  KeyedPlaces::Place place;
  {
    KeyedPlaces places(1);
    place = places.Take("a");
  }
  place.reset();
}

TEST(AddressPlacesTest, AnIpv6HostDoesNotGetMoreByChoosingAddresses) {
  AddressPlaces places(3);
  std::vector<KeyedPlaces::Place> held;
  for (int i = 0; i < 3; ++i) held.push_back(places.Take(fmt::format("2001:db8:1:1::{}", i + 1)));

  EXPECT_NE(held.back(), nullptr);
  EXPECT_EQ(places.Take("2001:db8:1:1::ffff"), nullptr);
  EXPECT_NE(places.Take("2001:db8:1:2::1"), nullptr);
}

TEST(AddressPlacesTest, ASiteOfIpv6GetsFourNetworksWorth) {
  AddressPlaces places(1);
  std::vector<KeyedPlaces::Place> held;
  for (int i = 0; i < 4; ++i) held.push_back(places.Take(fmt::format("2001:db8:1:{}::1", i + 1)));

  EXPECT_NE(held.back(), nullptr);
  EXPECT_EQ(places.Take("2001:db8:1:77::1"), nullptr);
  EXPECT_NE(places.Take("2001:db8:2:1::1"), nullptr);
}

TEST(AddressPlacesTest, AMappedAddressIsTheIpv4One) {
  AddressPlaces places(1);
  const KeyedPlaces::Place held = places.Take("::ffff:192.0.2.1");

  EXPECT_EQ(places.Take("192.0.2.1"), nullptr);
}

}  // namespace
}  // namespace marquee::base
