#include "services/devices/accounts/setup_code.h"

#include <sodium.h>

namespace marquee::devices {
namespace {

// Crockford's base 32: without I, L, O and U, which are easily misread.
constexpr std::string_view kLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr size_t kLength = 10;

std::string Plain(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (c == '-' || c == ' ') continue;
    plain += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return plain;
}

}  // namespace

SetupCode::SetupCode() {
  for (size_t i = 0; i < kLength; ++i) {
    if (i == kLength / 2) text_ += '-';
    text_ += kLetters[randombytes_uniform(static_cast<uint32_t>(kLetters.size()))];
  }
}

bool SetupCode::Is(std::string_view given) const {
  const std::string mine = Plain(text_);
  const std::string theirs = Plain(given);
  return mine.size() == theirs.size() &&
         sodium_memcmp(mine.data(), theirs.data(), mine.size()) == 0;
}

void SetupCode::Announce(obs::Logger& logger) const {
  logger.Warn("no account exists yet; enter setup_code to create the first one over the network",
              {{"setup_code", text_}});
}

}  // namespace marquee::devices
