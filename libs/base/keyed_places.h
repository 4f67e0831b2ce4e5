// Bounds how many connections, streams or the like one address or account may hold at the same
// time.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace marquee::base {

// Thread-safe. Memory: one entry for each key that holds a place now.
class KeyedPlaces {
 public:
  // Gives its places back when it is destroyed, on any thread, also after the KeyedPlaces.
  using Place = std::shared_ptr<void>;

  // `per_key`: places of one key; 0: no bound.
  explicit KeyedPlaces(size_t per_key);

  // Null: the key holds all that it may have.
  [[nodiscard]] Place Take(std::string_view key);

 private:
  struct State;
  const size_t per_key_;
  const std::shared_ptr<State> state_;
};

// The same by address: IPv4 addresses as they are, of IPv6 the network of 64 bits, and four times
// as many places for the network of 48 bits (libs/base/address_key.h). Thread-safe.
class AddressPlaces {
 public:
  static constexpr size_t kNetworksPerSite = 4;

  explicit AddressPlaces(size_t per_address)
      : networks_(per_address), sites_(per_address * kNetworksPerSite) {}

  // Null: the address, or its site, holds all that it may have.
  [[nodiscard]] KeyedPlaces::Place Take(std::string_view address);

 private:
  KeyedPlaces networks_;
  KeyedPlaces sites_;
};

}  // namespace marquee::base
