// Text that leaves us and comes back unread and unchanged: sessions in cookies. XChaCha20-Poly1305
// (libsodium), so that nobody can read, change or make one without a key.
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
  // `keys`: texts of at least 32 characters. The first seals, all open: so a new key is put in
  // front, and the old one taken out when what it sealed has expired. Without any, a random key
  // that ends with the process.
  explicit Sealer(const std::vector<std::string>& keys);

  // A key that all gateways share is still to come: what does not open until then may open later.
  void AwaitShared();
  // It has come, and seals from now on; "" when there is none to wait for.
  void Share(std::string_view key);
  bool awaits_shared() const;

  // URL-safe text. What was sealed for one `purpose` does not open for another.
  std::string Seal(std::string_view purpose, std::string_view text) const;
  // nullopt: not sealed by us, not for this purpose, or changed on its way.
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
