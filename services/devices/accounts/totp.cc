#include "services/devices/accounts/totp.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include <array>

namespace marquee::devices {
namespace {

constexpr int64_t kStepSeconds = 30;
constexpr size_t kSecretBytes = 20;

// Percent-encodes all characters of a user name except letters and digits.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    escaped += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return escaped;
}

}  // namespace

std::string NewTotpSecret() {
  std::string secret(kSecretBytes, '\0');
  randombytes_buf(secret.data(), secret.size());
  return secret;
}

std::string TotpCode(std::string_view secret, int64_t step) {
  std::array<unsigned char, 8> counter;
  for (size_t i = 0; i < counter.size(); ++i) {
    counter[i] = static_cast<unsigned char>(static_cast<uint64_t>(step) >> (56 - 8 * i));
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac = {};
  unsigned int size = 0;
  HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), counter.data(), counter.size(),
       mac.data(), &size);
  // Dynamic truncation, RFC 4226 section 5.3.
  const size_t offset = mac[size - 1] & 0x0fU;
  const uint32_t number = (uint32_t{mac[offset]} & 0x7fU) << 24 | uint32_t{mac[offset + 1]} << 16 |
                          uint32_t{mac[offset + 2]} << 8 | uint32_t{mac[offset + 3]};
  return fmt::format("{:06}", number % 1'000'000);
}

std::optional<int64_t> MatchTotp(std::string_view secret, std::string_view code, absl::Time now,
                                 int64_t last_used) {
  const int64_t present = absl::ToUnixSeconds(now) / kStepSeconds;
  std::optional<int64_t> match;
  for (int64_t step = present - 1; step <= present + 1; ++step) {
    const std::string expected = TotpCode(secret, step);
    const bool equal = code.size() == expected.size() &&
                       sodium_memcmp(code.data(), expected.data(), expected.size()) == 0;
    if (equal && step > last_used) match = step;
  }
  return match;
}

std::string TotpUri(std::string_view secret, std::string_view username) {
  return fmt::format("otpauth://totp/Marquee:{}?secret={}&issuer=Marquee", Escaped(username),
                     Base32(secret));
}

std::string Base32(std::string_view bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text;
  uint32_t buffer = 0;
  int bits = 0;
  for (const char byte : bytes) {
    buffer = buffer << 8 | static_cast<unsigned char>(byte);
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += kAlphabet[(buffer >> bits) & 0x1f];
    }
  }
  if (bits > 0) text += kAlphabet[(buffer << (5 - bits)) & 0x1f];
  return text;
}

}  // namespace marquee::devices
