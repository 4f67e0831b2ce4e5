#include "services/playlist/sources/remote/json_repair.h"

#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "services/playlist/model/text.h"

namespace marquee::playlist {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20; }
bool IsWhite(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

bool IsHex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Number of hex digits among the up to four characters at `at`.
size_t HexDigits(std::string_view text, size_t at) {
  size_t count = 0;
  while (count < 4 && at + count < text.size() && IsHex(text[at + count])) ++count;
  return count;
}

// The code unit of the `\uXXXX` at `at`; -1: none.
int32_t CodeUnit(std::string_view text, size_t at) {
  if (text.substr(at, 2) != "\\u" || HexDigits(text, at + 2) != 4) return -1;
  int32_t unit = 0;
  for (const char c : text.substr(at + 2, 4)) {
    const char lower = static_cast<char>(c | 0x20);
    unit = unit * 16 + (c <= '9' ? c - '0' : lower - 'a' + 10);
  }
  return unit;
}

bool IsHighSurrogate(int32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool IsLowSurrogate(int32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

// Copies a text and replaces invalid parts.
class Repairer {
 public:
  explicit Repairer(std::string_view text) : text_(text) { out_.reserve(text.size() + 64); }

  std::string Run() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (static_cast<unsigned char>(c) >= 0x80) {
        Character();
      } else if (in_string_ && c == '\\') {
        Escape();
      } else {
        if (c == '"') in_string_ = !in_string_;
        out_ += IsControl(c) && (in_string_ || !IsWhite(c)) ? ' ' : c;
        ++at_;
      }
    }
    return std::move(out_);
  }

 private:
  void Character() {
    for (size_t length = 2; length <= 4; ++length) {
      const std::string_view character = text_.substr(at_, length);
      if (character.size() != length || !IsUtf8(character)) continue;
      out_ += in_string_ ? character : std::string_view(" ");
      at_ += length;
      return;
    }
    out_ += in_string_ ? kReplacement : std::string_view(" ");
    ++at_;
    while (at_ < text_.size() && IsContinuation(text_[at_])) ++at_;
  }

  void Escape() {
    if (at_ + 1 == text_.size()) {
      out_ += ' ';
      ++at_;
      return;
    }
    const char kind = text_[at_ + 1];
    if (kind == 'u') return UnicodeEscape();
    static constexpr std::string_view kKnown = "\"\\/bfnrt";
    if (kKnown.find(kind) != std::string_view::npos) {
      out_ += text_.substr(at_, 2);
      at_ += 2;
    } else if (kind == '\'') {
      out_ += kind;
      at_ += 2;
    } else {  // only the backslash is invalid; the following character is examined next
      out_ += kReplacement;
      ++at_;
    }
  }

  void UnicodeEscape() {
    const int32_t unit = CodeUnit(text_, at_);
    const bool high = IsHighSurrogate(unit);
    if (unit >= 0 && !high && !IsLowSurrogate(unit)) {
      Copy(6);
    } else if (high && IsLowSurrogate(CodeUnit(text_, std::min(at_ + 6, text_.size())))) {
      Copy(12);
    } else {
      out_ += kReplacement;
      at_ += 2 + HexDigits(text_, at_ + 2);
    }
  }

  void Copy(size_t count) {
    out_ += text_.substr(at_, count);
    at_ += count;
  }

  std::string_view text_;
  size_t at_ = 0;
  bool in_string_ = false;
  std::string out_;
};

// Whether there is a control character that JSON forbids, or an escape that must be checked.
bool LooksSuspicious(std::string_view text) {
  bool suspicious = false;
  for (size_t i = 0; i < text.size() && !suspicious; ++i) {
    const char c = text[i];
    if (c == '\\') {
      static constexpr std::string_view kPlain = "\"\\/bfnrt";
      suspicious = i + 1 == text.size() || kPlain.find(text[i + 1]) == std::string_view::npos;
      ++i;
    } else {
      suspicious = IsControl(c);
    }
  }
  return suspicious;
}

}  // namespace

bool RepairJson(std::string* text) {
  if (!LooksSuspicious(*text) && simdjson::validate_utf8(text->data(), text->size())) return false;
  std::string repaired = Repairer(*text).Run();
  if (repaired == *text) return false;
  *text = std::move(repaired);
  return true;
}

}  // namespace marquee::playlist
