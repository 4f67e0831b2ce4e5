// Secrets that must be read again (tokens of media servers, seeds of second factors), encrypted for
// the database: a stolen devices.db opens nothing without the key.
#pragma once

#include <absl/status/statusor.h>

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "libs/files/file_system.h"

namespace marquee::devices {

// XChaCha20-Poly1305 of libsodium's secretbox family with a random nonce a secret. Thread-safe.
class SecretBox {
 public:
  // What to do when no key is given and there is no key file: make one, or refuse since something
  // was sealed with the one that is missing.
  enum class MissingKey { kMake, kRefuse };

  // The key as given (64 hex digits), else that of `key_file`, which is made once, readable by us
  // alone. Errors are one sentence: kFailedPrecondition: the given key is not 64 hex digits;
  // kDataLoss: the file holds none, or is missing (kRefuse); kUnavailable: it cannot be read or
  // made.
  static absl::StatusOr<std::unique_ptr<SecretBox>> Create(std::string_view key_hex,
                                                           const std::filesystem::path& key_file,
                                                           files::FileSystem& files,
                                                           MissingKey missing = MissingKey::kMake);
  // Whether a key is given, or its file is there.
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

  // A key for another purpose, 64 hex digits: the same for as long as this key is the same, and of
  // no use for finding it. Keyed BLAKE2b (RFC 7693) of the purpose.
  std::string DeriveKey(std::string_view purpose) const;

 private:
  using Key = std::array<unsigned char, 32>;

  SecretBox() = default;

  Key key_ = {};
};

}  // namespace marquee::devices
