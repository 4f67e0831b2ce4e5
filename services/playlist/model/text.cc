#include "services/playlist/model/text.h"

#include <cstdint>

#include "services/playlist/model/unicode.h"

namespace marquee::playlist {
namespace {

// Length of the well-formed character at the start of `text` (Unicode table 3-7: no overlong form,
// no surrogate, nothing above U+10FFFF); 0 if there is none.
size_t CharacterLength(std::string_view text) {
  const auto byte = [&](size_t i) -> uint8_t {
    return i < text.size() ? static_cast<uint8_t>(text[i]) : 0;
  };
  const auto in = [&](size_t i, uint8_t low, uint8_t high) {
    return byte(i) >= low && byte(i) <= high;
  };
  const auto tail = [&](size_t i) { return in(i, 0x80, 0xBF); };
  if (text.empty()) return 0;
  const uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return tail(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const uint8_t low = lead == 0xE0 ? 0xA0 : 0x80;
    const uint8_t high = lead == 0xED ? 0x9F : 0xBF;
    return in(1, low, high) && tail(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const uint8_t low = lead == 0xF0 ? 0x90 : 0x80;
    const uint8_t high = lead == 0xF4 ? 0x8F : 0xBF;
    return in(1, low, high) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

}  // namespace

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const size_t length = CharacterLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string CleanText(std::string_view text, size_t max_bytes) {
  std::string clean;
  while (!text.empty()) {
    const size_t length = CharacterLength(text);
    std::string_view character = length == 0 ? "\xEF\xBF\xBD" : text.substr(0, length);
    if (length == 1 && IsControl(text.front())) character = " ";
    text.remove_prefix(length == 0 ? 1 : length);
    if (clean.empty() && character == " ") continue;
    if (clean.size() + character.size() > max_bytes) break;
    clean += character;
  }
  while (!clean.empty() && clean.back() == ' ') clean.pop_back();
  // A few characters become longer when composed (UAX #15, table 1 of "composition exclusions").
  std::string composed = Nfc(clean);
  return composed.size() <= max_bytes ? composed : clean;
}

}  // namespace marquee::playlist
