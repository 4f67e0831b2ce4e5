// Authenticated encryption of text that clients store for the gateway, such as sessions in cookies.
// XChaCha20-Poly1305 (libsodium): without a key the text cannot be read, changed or forged.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/mutex.h"

namespace marquee::gateway {

// Thread-safe.
class Sealer {
 public:
  // `keys`: texts of at least 32 characters. The first one seals, all of them open. To rotate, put
  // a new key first and remove the old one when everything that it sealed has expired. Empty: a
  // random key that is lost when the process ends.
  explicit Sealer(const std::vector<std::string>& keys);

  // Announces that a key shared by all gateways will arrive: text that does not open before may
  // open then.
  void AwaitShared();
  // Sets the shared key, which seals from now on; "": there is none to wait for.
  void Share(std::string_view key);
  bool awaits_shared() const;

  // URL-safe text. Text sealed for one `purpose` does not open for another.
  std::string Seal(std::string_view purpose, std::string_view text) const;
  // nullopt: not sealed with one of the keys, sealed for another purpose, or modified.
  std::optional<std::string> Open(std::string_view purpose, std::string_view sealed) const;

 private:
  using Key = std::array<unsigned char, 32>;

  static Key KeyOf(std::string_view text);
  std::shared_ptr<const std::vector<Key>> keys() const;

  mutable base::Mutex mutex_;
  std::shared_ptr<const std::vector<Key>> keys_ MARQUEE_GUARDED_BY(mutex_);
  bool awaits_shared_ MARQUEE_GUARDED_BY(mutex_) = false;
};

}  // namespace marquee::gateway
