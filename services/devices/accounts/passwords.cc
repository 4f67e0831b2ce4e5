#include "services/devices/accounts/passwords.h"

#include <sodium.h>

namespace marquee::devices {
namespace {

constexpr unsigned long long kPasses = 3;
constexpr size_t kMemoryBytes = size_t{32} * 1024 * 1024;

}  // namespace

std::string HashPassword(std::string_view password) {
  char hash[crypto_pwhash_STRBYTES];
  if (crypto_pwhash_str_alg(hash, password.data(), password.size(), kPasses, kMemoryBytes,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return {};
  }
  return hash;
}

bool IsPassword(std::string_view password, const std::string& hash) {
  // Hash of an unused text: checking an unknown name takes as long as checking a known one.
  static const std::string unknown_account_hash = HashPassword("unused");
  const std::string& checked = hash.empty() ? unknown_account_hash : hash;
  const bool equal =
      crypto_pwhash_str_verify(checked.c_str(), password.data(), password.size()) == 0;
  return equal && !hash.empty();
}

bool NeedsRehash(const std::string& hash) {
  return crypto_pwhash_str_needs_rehash(hash.c_str(), kPasses, kMemoryBytes) != 0;
}

}  // namespace marquee::devices
