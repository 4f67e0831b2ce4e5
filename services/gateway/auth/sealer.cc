#include "services/gateway/auth/sealer.h"

#include <sodium.h>

#include <cstdlib>

namespace marquee::gateway {
namespace {

constexpr size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
constexpr size_t kMaxSealed = 4096;  // what a browser keeps as a cookie

const unsigned char* Octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Sealer::Sealer(const std::vector<std::string>& keys) {
  static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == sizeof(Key));
  if (sodium_init() < 0) std::abort();
  for (const std::string& text : keys) {
    crypto_generichash(keys_.emplace_back().data(), sizeof(Key), Octets(text), text.size(), nullptr,
                       0);
  }
  if (keys_.empty()) randombytes_buf(keys_.emplace_back().data(), sizeof(Key));
}

std::string Sealer::Seal(std::string_view purpose, std::string_view text) const {
  std::string sealed(kNonce + text.size() + kTag, '\0');
  auto* const out = reinterpret_cast<unsigned char*>(sealed.data());
  randombytes_buf(out, kNonce);
  crypto_aead_xchacha20poly1305_ietf_encrypt(out + kNonce, nullptr, Octets(text), text.size(),
                                             Octets(purpose), purpose.size(), nullptr, out,
                                             keys_.front().data());
  std::string encoded(sodium_base64_encoded_len(sealed.size(), kVariant), '\0');
  sodium_bin2base64(encoded.data(), encoded.size(), out, sealed.size(), kVariant);
  encoded.pop_back();  // the NUL at its end
  return encoded;
}

std::optional<std::string> Sealer::Open(std::string_view purpose, std::string_view sealed) const {
  if (sealed.size() > kMaxSealed) return std::nullopt;
  std::string bytes(sealed.size(), '\0');
  size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), sealed.data(),
                        sealed.size(), nullptr, &size, &end, kVariant) != 0 ||
      end != sealed.data() + sealed.size() || size < kNonce + kTag) {
    return std::nullopt;
  }
  bytes.resize(size);
  std::string text(size - kNonce - kTag, '\0');
  for (const Key& key : keys_) {
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            reinterpret_cast<unsigned char*>(text.data()), nullptr, nullptr, Octets(bytes) + kNonce,
            size - kNonce, Octets(purpose), purpose.size(), Octets(bytes), key.data()) == 0) {
      return text;
    }
  }
  return std::nullopt;
}

}  // namespace marquee::gateway
