#include "services/gateway/auth/admin_token.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <array>

namespace marquee::gateway {

bool ConstantTimeEquals(std::string_view a, std::string_view b) {
  // The hashes have equal length for every input, so the comparison does not even reveal the
  // length.
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash_a{};
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash_b{};
  SHA256(reinterpret_cast<const unsigned char*>(a.data()), a.size(), hash_a.data());
  SHA256(reinterpret_cast<const unsigned char*>(b.data()), b.size(), hash_b.data());
  return CRYPTO_memcmp(hash_a.data(), hash_b.data(), hash_a.size()) == 0;
}

std::string PresentedToken(const Request& request) {
  constexpr std::string_view kBearer = "Bearer ";
  const std::string_view authorization = request.header("Authorization");
  if (authorization.size() > kBearer.size() &&
      EqualsIgnoreCase(authorization.substr(0, kBearer.size()), kBearer)) {
    return std::string(Trim(authorization.substr(kBearer.size())));
  }
  return std::string(Trim(request.header("X-API-Key")));
}

bool AdminToken::Is(std::string_view presented) const {
  return !token_.empty() && !presented.empty() && ConstantTimeEquals(presented, token_);
}

}  // namespace marquee::gateway
