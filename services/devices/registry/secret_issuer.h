// Issues device secrets with a mark of the issuing store. The mark distinguishes a secret that this
// store issued later than the record at hand (which proves that the record is from an older copy of
// the database) from a secret that this store never issued.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace marquee::devices {

// A secret is 32 bytes in hex: 16 random bytes, the serial number in 6, and 10 bytes of a keyed
// BLAKE2b (RFC 7693) over device id, random bytes and serial number. Thread-safe.
class SecretIssuer {
 public:
  // `key_hex`: StoreInfo::secret_key.
  explicit SecretIssuer(std::string_view key_hex);

  // 64 hex digits. `serial`: 1 to 2^48 - 1, increasing for each secret of a device.
  std::string Issue(std::string_view device_id, int64_t serial) const;

  // The serial number of a secret that was issued for this device with this key; empty for any
  // other text.
  std::optional<int64_t> SerialOf(std::string_view device_id, std::string_view secret) const;

 private:
  std::string Mark(std::string_view device_id, std::string_view body_hex) const;

  std::string key_;
};

}  // namespace marquee::devices
