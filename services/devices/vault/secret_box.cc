#include "services/devices/vault/secret_box.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <vector>

#include "libs/base/strings.h"

namespace marquee::devices {
namespace {

constexpr std::string_view kPrefix = "sealed:v1:";
constexpr int kBase64 = sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
constexpr size_t kNonceBytes = crypto_secretbox_xchacha20poly1305_NONCEBYTES;
constexpr size_t kMacBytes = crypto_secretbox_xchacha20poly1305_MACBYTES;
static_assert(crypto_secretbox_xchacha20poly1305_KEYBYTES == 32);

const unsigned char* BytesOf(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

bool ReadHex(std::string_view hex, std::array<unsigned char, 32>& key) {
  size_t size = 0;
  return hex.size() == 2 * key.size() &&
         sodium_hex2bin(key.data(), key.size(), hex.data(), hex.size(), nullptr, &size, nullptr) ==
             0 &&
         size == key.size();
}

std::string NewKeyHex() {
  std::array<unsigned char, 32> key;
  randombytes_buf(key.data(), key.size());
  char hex[2 * key.size() + 1];
  sodium_bin2hex(hex, sizeof hex, key.data(), key.size());
  sodium_memzero(key.data(), key.size());
  return hex;
}

constexpr size_t kMaxKeyFileBytes = 4096;

absl::StatusOr<std::string> KeyFrom(const std::filesystem::path& file, files::FileSystem& files,
                                    SecretBox::MissingKey missing) {
  absl::StatusOr<std::string> hex = files.Read(file, kMaxKeyFileBytes);
  if (absl::IsNotFound(hex.status())) {
    if (missing == SecretBox::MissingKey::kRefuse) {
      return absl::DataLossError(
          fmt::format("{} is missing, but the database contains secrets sealed with this key; "
                      "restore the file from a backup, or start once with --forget-secrets, which "
                      "erases stored tokens, passwords and second factors",
                      file.string()));
    }
    hex = NewKeyHex();
    absl::Status made = files.WriteAtomically(file, *hex + "\n");
    if (!made.ok()) hex = made;
  }
  if (!hex.ok()) {
    return absl::UnavailableError(
        fmt::format("secrets key: {}; set secrets_key, or make the file readable",
                    base::MessageOf(hex.status())));
  }
  hex->erase(hex->find_last_not_of(" \r\n") + 1);
  return hex;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SecretBox>> SecretBox::Create(std::string_view key_hex,
                                                             const std::filesystem::path& key_file,
                                                             files::FileSystem& files,
                                                             MissingKey missing) {
  auto box = std::unique_ptr<SecretBox>(new SecretBox());
  if (!key_hex.empty()) {
    if (ReadHex(key_hex, box->key_)) return box;
    return absl::FailedPreconditionError("secrets_key: expected 64 hex digits");
  }
  const auto hex = KeyFrom(key_file, files, missing);
  if (!hex.ok()) return hex.status();
  if (ReadHex(*hex, box->key_)) return box;
  return absl::DataLossError(
      fmt::format("{}: expected 64 hex digits; restore the file from a backup", key_file.string()));
}

bool SecretBox::HasKey(std::string_view key_hex, const std::filesystem::path& key_file,
                       files::FileSystem& files) {
  return !key_hex.empty() || !absl::IsNotFound(files.Read(key_file, kMaxKeyFileBytes).status());
}

SecretBox::~SecretBox() { sodium_memzero(key_.data(), key_.size()); }

bool SecretBox::IsSealed(std::string_view text) { return text.starts_with(kPrefix); }

std::string SecretBox::Seal(std::string_view secret) const {
  std::vector<unsigned char> sealed(kNonceBytes + kMacBytes + secret.size());
  randombytes_buf(sealed.data(), kNonceBytes);
  crypto_secretbox_xchacha20poly1305_easy(sealed.data() + kNonceBytes, BytesOf(secret),
                                          secret.size(), sealed.data(), key_.data());
  std::string text(sodium_base64_encoded_len(sealed.size(), kBase64), '\0');
  sodium_bin2base64(text.data(), text.size(), sealed.data(), sealed.size(), kBase64);
  text.pop_back();  // the terminating zero
  return std::string(kPrefix) + text;
}

std::string SecretBox::DeriveKey(std::string_view purpose) const {
  std::array<unsigned char, 32> derived;
  crypto_generichash(derived.data(), derived.size(), BytesOf(purpose), purpose.size(), key_.data(),
                     key_.size());
  std::string hex(2 * derived.size() + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), derived.data(), derived.size());
  sodium_memzero(derived.data(), derived.size());
  hex.pop_back();  // the terminating zero
  return hex;
}

absl::StatusOr<std::string> SecretBox::Open(std::string_view sealed) const {
  absl::Status unreadable = absl::FailedPreconditionError(
      "a stored secret cannot be unsealed: it was sealed with another key; restore secrets.key, or "
      "enter the secret again");
  if (!IsSealed(sealed)) return unreadable;
  sealed.remove_prefix(kPrefix.size());
  if (sealed.empty()) return unreadable;
  std::vector<unsigned char> bytes(sealed.size());
  size_t size = 0;
  if (sodium_base642bin(bytes.data(), bytes.size(), sealed.data(), sealed.size(), nullptr, &size,
                        nullptr, kBase64) != 0 ||
      size < kNonceBytes + kMacBytes) {
    return unreadable;
  }
  std::string secret(size - kNonceBytes - kMacBytes, '\0');
  if (crypto_secretbox_xchacha20poly1305_open_easy(reinterpret_cast<unsigned char*>(secret.data()),
                                                   bytes.data() + kNonceBytes, size - kNonceBytes,
                                                   bytes.data(), key_.data()) != 0) {
    return unreadable;
  }
  return secret;
}

}  // namespace marquee::devices
