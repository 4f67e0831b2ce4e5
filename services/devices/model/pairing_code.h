// A code by which a display takes over a device.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <string>

namespace marquee::devices {

struct PairingCode {
  std::string code = {};  // six digits, unique among open codes
  std::string device_id = {};
  absl::Time created_at = absl::InfinitePast();
  absl::Time expires_at = absl::InfinitePast();
  std::string token_hash = {};  // of the required token; empty: none is required
  int64_t failures = 0;         // claims with a wrong token

  bool operator==(const PairingCode&) const = default;
};

}  // namespace marquee::devices
