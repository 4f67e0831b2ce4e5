#include "services/gateway/auth/sealer.h"

#include <sodium.h>

#include <cstdlib>
#include <utility>

namespace marquee::gateway {
namespace {

constexpr size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
constexpr size_t kMaxSealed = 4096;  // the size limit of a cookie in browsers

const unsigned char* Octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Sealer::Sealer(const std::vector<std::string>& keys) {
  if (sodium_init() < 0) std::abort();
  auto made = std::make_shared<std::vector<Key>>();
  for (const std::string& text : keys) made->push_back(KeyOf(text));
  if (made->empty()) randombytes_buf(made->emplace_back().data(), sizeof(Key));
  keys_ = std::move(made);
}

Sealer::Key Sealer::KeyOf(std::string_view text) {
  static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == sizeof(Key));
  Key key;
  crypto_generichash(key.data(), key.size(), Octets(text), text.size(), nullptr, 0);
  return key;
}

void Sealer::AwaitShared() {
  const base::MutexLock lock(mutex_);
  awaits_shared_ = true;
}

void Sealer::Share(std::string_view key) {
  const base::MutexLock lock(mutex_);
  awaits_shared_ = false;
  if (key.empty()) return;
  // The random key stays in the list, so that text sealed before the shared key arrived still
  // opens.
  auto more = std::make_shared<std::vector<Key>>(*keys_);
  more->insert(more->begin(), KeyOf(key));
  keys_ = std::move(more);
}

bool Sealer::awaits_shared() const {
  const base::MutexLock lock(mutex_);
  return awaits_shared_;
}

std::shared_ptr<const std::vector<Sealer::Key>> Sealer::keys() const {
  const base::MutexLock lock(mutex_);
  return keys_;
}

std::string Sealer::Seal(std::string_view purpose, std::string_view text) const {
  std::string sealed(kNonce + text.size() + kTag, '\0');
  auto* const out = reinterpret_cast<unsigned char*>(sealed.data());
  randombytes_buf(out, kNonce);
  crypto_aead_xchacha20poly1305_ietf_encrypt(out + kNonce, nullptr, Octets(text), text.size(),
                                             Octets(purpose), purpose.size(), nullptr, out,
                                             keys()->front().data());
  std::string encoded(sodium_base64_encoded_len(sealed.size(), kVariant), '\0');
  sodium_bin2base64(encoded.data(), encoded.size(), out, sealed.size(), kVariant);
  encoded.pop_back();  // the terminating NUL
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
  const auto held = keys();
  for (const Key& key : *held) {
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            reinterpret_cast<unsigned char*>(text.data()), nullptr, nullptr, Octets(bytes) + kNonce,
            size - kNonce, Octets(purpose), purpose.size(), Octets(bytes), key.data()) == 0) {
      return text;
    }
  }
  return std::nullopt;
}

}  // namespace marquee::gateway
