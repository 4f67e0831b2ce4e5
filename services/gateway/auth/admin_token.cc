#include "services/gateway/auth/admin_token.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <array>

namespace marquee::gateway {

bool ConstantTimeEquals(std::string_view a, std::string_view b) {
  // Hashes have one length whatever was presented, so not even the length is told.
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash_a{};
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash_b{};
  SHA256(reinterpret_cast<const unsigned char*>(a.data()), a.size(), hash_a.data());
  SHA256(reinterpret_cast<const unsigned char*>(b.data()), b.size(), hash_b.data());
  return CRYPTO_memcmp(hash_a.data(), hash_b.data(), hash_a.size()) == 0;
}

bool AdminToken::Opens(const Request& request) const {
  if (token_.empty()) return false;
  constexpr std::string_view kBearer = "Bearer ";
  const std::string_view authorization = request.header("Authorization");
  if (authorization.size() > kBearer.size() &&
      EqualsIgnoreCase(authorization.substr(0, kBearer.size()), kBearer)) {
    return ConstantTimeEquals(Trim(authorization.substr(kBearer.size())), token_);
  }
  const std::string_view key = request.header("X-API-Key");
  return !key.empty() && ConstantTimeEquals(key, token_);
}

}  // namespace marquee::gateway
