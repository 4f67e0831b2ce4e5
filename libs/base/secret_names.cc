#include "libs/base/secret_names.h"

#include <algorithm>
#include <array>
#include <string>

namespace marquee::base {

bool LooksLikeSecretName(std::string_view name) {
  constexpr std::array<std::string_view, 15> kParts = {
      "token",      "secret",     "password",      "passwd",     "passphrase",
      "apikey",     "accesskey",  "privatekey",    "signingkey", "sessionkey",
      "licensekey", "credential", "authorization", "bearer",     "webhookurl"};
  std::string plain;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') {
      plain += static_cast<char>(c - 'A' + 'a');
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      plain += c;
    }
  }
  return std::ranges::any_of(
      kParts, [&](std::string_view part) { return plain.find(part) != std::string::npos; });
}

bool IsSealedText(std::string_view text) { return text.starts_with("sealed:"); }

}  // namespace marquee::base
