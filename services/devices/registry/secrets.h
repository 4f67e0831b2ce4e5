// Hashes of device secrets. A secret holds 128 random bits at least, so that a plain SHA-256
// protects it; a heartbeat must not cost a password hash.
#pragma once

#include <absl/time/time.h>

#include <string>
#include <string_view>

#include "services/devices/model/device.h"

namespace marquee::devices {

// How long the secret before a rotation stays good, unless the new one is used first. A display
// whose answer was lost on the way, or whose twin asked, still gets in.
inline constexpr absl::Duration kPreviousSecretFor = absl::Minutes(10);

// "sha256:<64 hex>".
std::string HashOf(std::string_view secret);

// In a time that tells nothing about where they differ.
bool SameHash(std::string_view a, std::string_view b);

enum class SecretMatch { kNone, kCurrent, kPrevious };

// Which of the device's secrets this is, at `now`; takes the same time whatever is wrong with it.
SecretMatch MatchSecret(const Device& device, std::string_view secret, absl::Time now);

// Gives the device the secret with this hash; the one before, if there was one, stays good for
// kPreviousSecretFor.
void Rotate(Device& device, std::string new_hash, absl::Time now);

}  // namespace marquee::devices
