// Hashes of device secrets. A secret has at least 128 random bits, so a plain SHA-256 hash protects
// it, and a heartbeat does not need a slow password hash.
#pragma once

#include <absl/time/time.h>

#include <string>
#include <string_view>

#include "services/devices/model/device.h"

namespace marquee::devices {

// Grace period: how long the previous secret stays valid after a rotation, unless the new one is
// used first. A display that did not receive the response can still authenticate.
inline constexpr absl::Duration kPreviousSecretFor = absl::Minutes(10);

// "sha256:<64 hex>".
std::string HashOf(std::string_view secret);

// Compares in constant time.
bool SameHash(std::string_view a, std::string_view b);

enum class SecretMatch { kNone, kCurrent, kPrevious };

// Which of the device's secrets this is at `now`; takes the same time for every result.
SecretMatch MatchSecret(const Device& device, std::string_view secret, absl::Time now);

// Sets the hash of the device's secret; the previous secret, if any, stays valid for
// kPreviousSecretFor.
void Rotate(Device& device, std::string new_hash, absl::Time now);

}  // namespace marquee::devices
