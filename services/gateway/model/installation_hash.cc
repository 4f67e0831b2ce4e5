#include "services/gateway/model/installation_hash.h"

#include <sodium.h>

namespace marquee::gateway {

std::string InstallationHash(std::string_view install_id) {
  if (install_id.empty()) return {};
  unsigned char hash[crypto_generichash_BYTES];
  crypto_generichash(hash, sizeof hash, reinterpret_cast<const unsigned char*>(install_id.data()),
                     install_id.size(), nullptr, 0);
  constexpr size_t kShown = 8;
  char hex[2 * kShown + 1];
  sodium_bin2hex(hex, sizeof hex, hash, kShown);
  return std::string("hash:") + hex;
}

}  // namespace marquee::gateway
