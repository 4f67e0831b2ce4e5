#include "services/devices/registry/secret_issuer.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <charconv>

#include "services/devices/model/ids.h"
#include "services/devices/registry/secrets.h"

namespace marquee::devices {
namespace {

constexpr size_t kRandomBytes = 16;
constexpr size_t kSerialDigits = 12;
constexpr size_t kMarkBytes = 10;
constexpr size_t kBodyDigits = 2 * kRandomBytes + kSerialDigits;
constexpr int64_t kSerialMask = (int64_t{1} << 48) - 1;

const unsigned char* BytesOf(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

SecretIssuer::SecretIssuer(std::string_view key_hex) : key_(key_hex) {
  // The hash function rejects longer keys; this one has 64 digits.
  key_.resize(std::min<size_t>(key_.size(), crypto_generichash_KEYBYTES_MAX));
}

std::string SecretIssuer::Mark(std::string_view device_id, std::string_view body_hex) const {
  // The body has a fixed length, so that no two pairs give the same text.
  const std::string text = std::string(device_id) + std::string(body_hex);
  unsigned char hash[crypto_generichash_BYTES];
  crypto_generichash(hash, sizeof hash, BytesOf(text), text.size(), BytesOf(key_), key_.size());
  char hex[2 * kMarkBytes + 1];
  sodium_bin2hex(hex, sizeof hex, hash, kMarkBytes);
  return hex;
}

std::string SecretIssuer::Issue(std::string_view device_id, int64_t serial) const {
  const std::string body = RandomHex(kRandomBytes) + fmt::format("{:012x}", serial & kSerialMask);
  return body + Mark(device_id, body);
}

std::optional<int64_t> SecretIssuer::SerialOf(std::string_view device_id,
                                              std::string_view secret) const {
  if (secret.size() != kBodyDigits + 2 * kMarkBytes) return std::nullopt;
  const std::string_view body = secret.substr(0, kBodyDigits);
  if (!SameHash(Mark(device_id, body), secret.substr(kBodyDigits))) return std::nullopt;
  const std::string_view digits = body.substr(2 * kRandomBytes);
  int64_t serial = 0;
  constexpr int kHexadecimal = 16;
  std::from_chars(digits.data(), digits.data() + digits.size(), serial, kHexadecimal);
  return serial;
}

}  // namespace marquee::devices
