// Seals secrets that must be readable later (tokens of media servers, seeds of second factors)
// before they are stored: a stolen devices.db discloses none of them without the key.
#pragma once

#include <absl/status/statusor.h>

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "libs/files/file_system.h"

namespace marquee::devices {

// XChaCha20-Poly1305 of libsodium's secretbox family with a random nonce per secret. Thread-safe.
class SecretBox {
 public:
  // What to do without a given key and without a key file: create one, or fail because values are
  // sealed with the missing key.
  enum class MissingKey { kMake, kRefuse };

  // Uses `key_hex` (64 hex digits) if given, else the key in `key_file`, which is created once with
  // mode 0600. Errors are one sentence. kFailedPrecondition: `key_hex` is not 64 hex digits.
  // kDataLoss: the file contains no key, or is missing (kRefuse). kUnavailable: it cannot be read
  // or created.
  static absl::StatusOr<std::unique_ptr<SecretBox>> Create(std::string_view key_hex,
                                                           const std::filesystem::path& key_file,
                                                           files::FileSystem& files,
                                                           MissingKey missing = MissingKey::kMake);
  // Whether a key is given or the key file exists.
  static bool HasKey(std::string_view key_hex, const std::filesystem::path& key_file,
                     files::FileSystem& files);
  ~SecretBox();
  SecretBox(const SecretBox&) = delete;
  SecretBox& operator=(const SecretBox&) = delete;

  // "sealed:v1:" and base64.
  std::string Seal(std::string_view secret) const;
  // kFailedPrecondition: sealed with another key, or damaged.
  absl::StatusOr<std::string> Open(std::string_view sealed) const;
  static bool IsSealed(std::string_view text);

  // Derives a key for another purpose, 64 hex digits: constant as long as this key is, and it does
  // not disclose this key. Keyed BLAKE2b (RFC 7693) of the purpose.
  std::string DeriveKey(std::string_view purpose) const;

 private:
  using Key = std::array<unsigned char, 32>;

  SecretBox() = default;

  Key key_ = {};
};

}  // namespace marquee::devices
