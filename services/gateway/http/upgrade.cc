#include "services/gateway/http/upgrade.h"

#include <algorithm>
#include <cstddef>

namespace marquee::gateway {

bool IsWebSocketKey(std::string_view key) {
  constexpr size_t kLetters = 22;  // 16 bytes: 21 letters of six bits, and one of two
  if (key.size() != kLetters + 2 || !key.ends_with("==")) return false;
  const auto in_alphabet = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
  };
  // The lower four bits of the last letter are padding and must be zero (RFC 4648 section 3.5).
  constexpr std::string_view kLast = "AQgw";
  return std::ranges::all_of(key.substr(0, kLetters), in_alphabet) &&
         kLast.find(key[kLetters - 1]) != std::string_view::npos;
}

}  // namespace marquee::gateway
