#include "services/playlist/model/unicode.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/ucnv.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <cstdint>

#include "services/playlist/model/text.h"

namespace marquee::playlist {
namespace {

bool IsAscii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// The instances live as long as the program. Without ICU's data, which Debian ships with the
// library, there is no instance, and texts stay unchanged.
std::string Normalized(const icu::Normalizer2* form, UErrorCode status, std::string_view utf8) {
  if (U_FAILURE(status) || form == nullptr) return std::string(utf8);
  std::string normalized;
  icu::StringByteSink<std::string> sink(&normalized);
  const icu::StringPiece piece(utf8.data(), static_cast<int32_t>(utf8.size()));
  form->normalizeUTF8(0, piece, sink, nullptr, status);
  return U_FAILURE(status) ? std::string(utf8) : normalized;
}

std::string FromEncoding(std::string_view bytes, const char* encoding) {
  const icu::UnicodeString text(bytes.data(), static_cast<int32_t>(bytes.size()), encoding);
  std::string utf8;
  text.toUTF8String(utf8);
  return utf8;
}

// Detected from the zero bytes among the first four; null: not a wide encoding.
const char* WideEncodingOf(std::string_view bytes) {
  if (bytes.size() < 2) return nullptr;
  const auto zero = [&](size_t at) { return at < bytes.size() && bytes[at] == '\0'; };
  if (zero(0) && zero(1) && zero(2)) return "UTF-32BE";
  if (zero(1) && zero(2) && zero(3)) return "UTF-32LE";
  if (zero(0) && !zero(1)) return "UTF-16BE";
  if (zero(1) && !zero(0)) return "UTF-16LE";
  return nullptr;
}

}  // namespace

std::string Nfc(std::string_view utf8) {
  if (IsAscii(utf8)) return std::string(utf8);
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* form = icu::Normalizer2::getNFCInstance(status);
  return Normalized(form, status, utf8);
}

std::string FoldForComparison(std::string_view utf8) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* form = icu::Normalizer2::getNFKCCasefoldInstance(status);
  return Normalized(form, status, utf8);
}

std::u32string CodePointsOf(std::string_view utf8, bool fold) {
  const std::string normal = fold ? FoldForComparison(utf8) : Nfc(utf8);
  if (IsAscii(normal)) return {normal.begin(), normal.end()};
  const icu::UnicodeString text = icu::UnicodeString::fromUTF8(
      icu::StringPiece(normal.data(), static_cast<int32_t>(normal.size())));
  std::u32string points(static_cast<size_t>(text.countChar32()), U'\0');
  UErrorCode status = U_ZERO_ERROR;
  text.toUTF32(reinterpret_cast<UChar32*>(points.data()), static_cast<int32_t>(points.size()),
               status);
  return points;
}

std::string DecodeText(std::string_view bytes) {
  int32_t mark_bytes = 0;
  UErrorCode status = U_ZERO_ERROR;
  const char* encoding = ucnv_detectUnicodeSignature(
      bytes.data(), static_cast<int32_t>(bytes.size()), &mark_bytes, &status);
  if (U_SUCCESS(status) && encoding != nullptr) {
    bytes.remove_prefix(static_cast<size_t>(mark_bytes));
    return FromEncoding(bytes, encoding);
  }
  if (const char* wide = WideEncodingOf(bytes); wide != nullptr) return FromEncoding(bytes, wide);
  if (IsUtf8(bytes)) return std::string(bytes);
  return FromEncoding(bytes, "windows-1252");
}

}  // namespace marquee::playlist
