#include "services/devices/registry/secrets.h"

#include <sodium.h>

#include <utility>

namespace marquee::devices {
std::string HashOf(std::string_view secret) {
  unsigned char digest[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(digest, reinterpret_cast<const unsigned char*>(secret.data()), secret.size());
  char hex[crypto_hash_sha256_BYTES * 2 + 1];
  sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
  return std::string("sha256:") + hex;
}

bool SameHash(std::string_view a, std::string_view b) {
  // All hashes of this service have one length; a record from elsewhere may have another.
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

SecretMatch MatchSecret(const Device& device, std::string_view secret, absl::Time now) {
  const std::string hash = HashOf(secret);
  const bool current = SameHash(hash, device.secret_hash);
  const bool previous = SameHash(hash, device.previous_secret_hash);
  if (current) return SecretMatch::kCurrent;
  if (previous && now < device.previous_secret_until) return SecretMatch::kPrevious;
  return SecretMatch::kNone;
}

void Rotate(Device& device, std::string new_hash, absl::Time now) {
  device.previous_secret_hash = std::move(device.secret_hash);
  device.previous_secret_until =
      device.previous_secret_hash.empty() ? absl::InfinitePast() : now + kPreviousSecretFor;
  device.secret_hash = std::move(new_hash);
}

}  // namespace marquee::devices
