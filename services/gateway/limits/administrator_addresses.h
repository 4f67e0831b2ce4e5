// Addresses from which an administrator has made a request recently. Connections from them may use
// the reserve (http/connection_table.h).
#pragma once

#include <absl/time/time.h>

#include <cstddef>
#include <string_view>

#include "libs/base/address_key.h"
#include "libs/base/clock.h"
#include "libs/base/keyed_windows.h"

namespace marquee::gateway {

// Thread-safe. `clock` must outlive it. In memory only: after a restart it is empty until an
// administrator makes a request. An IPv6 address counts as its /64 network.
class AdministratorAddresses {
 public:
  // A working day and the night after it; the next request extends it.
  static constexpr absl::Duration kKnownFor = absl::Hours(24);
  // Only administrators add addresses, so that strangers cannot displace one.
  static constexpr size_t kMax = 1'000;

  explicit AdministratorAddresses(const base::Clock& clock)
      : known_({.window = kKnownFor, .max_keys = kMax}, clock) {}

  void Record(std::string_view address) {
    const std::string key = base::AddressKey(address);
    known_.Forget(key);
    known_.Take(key, 1);
  }
  bool Contains(std::string_view address) const {
    return known_.Peek(base::AddressKey(address), 1).events > 0;
  }

 private:
  base::KeyedWindows known_;
};

}  // namespace marquee::gateway
