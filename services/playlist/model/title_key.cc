#include "services/playlist/model/title_key.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "services/playlist/model/unicode.h"

namespace marquee::playlist {
namespace {

bool OnlyAscii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string AsciiFolded(std::string_view text) {
  std::string folded(text);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

// Separates accents into combining characters.
std::string Decomposed(std::string_view utf8) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* form = icu::Normalizer2::getNFDInstance(status);
  if (U_FAILURE(status) || form == nullptr) return std::string(utf8);
  std::string decomposed;
  icu::StringByteSink<std::string> sink(&decomposed);
  form->normalizeUTF8(0, icu::StringPiece(utf8.data(), static_cast<int32_t>(utf8.size())), sink,
                      nullptr, status);
  return U_FAILURE(status) ? std::string(utf8) : decomposed;
}

// Turns the sort form `matrix, the` into `the matrix`.
std::string ArticleInFront(std::string folded) {
  static constexpr std::array<std::string_view, 24> kArticles{
      "the", "a",  "an",  "der", "die", "das", "ein", "eine", "le", "la", "les", "un",
      "une", "el", "los", "las", "una", "il",  "lo",  "gli",  "i",  "de", "het", "een"};
  const size_t comma = folded.rfind(", ");
  if (comma == std::string::npos || comma == 0) return folded;
  const std::string_view last = std::string_view(folded).substr(comma + 2);
  if (std::ranges::find(kArticles, last) == kArticles.end()) return folded;
  std::string moved(last);
  return moved.append(1, ' ').append(folded, 0, comma);
}

std::string_view WithoutArticle(std::string_view folded) {
  for (const std::string_view article : {"the ", "an ", "a "}) {
    if (folded.starts_with(article) && folded.size() > article.size()) {
      return folded.substr(article.size());
    }
  }
  return folded;
}

bool IsAccent(UChar32 c) { return c >= 0x0300 && c <= 0x036F; }

bool Counts(UChar32 c) {
  // A letter, a digit, or a combining mark in scripts where marks are not accents.
  return !IsAccent(c) && ((U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK)) != 0);
}

std::string LettersAndDigits(std::string_view text) {
  std::string kept;
  kept.reserve(text.size());
  const auto length = static_cast<int32_t>(text.size());
  for (int32_t at = 0; at < length;) {
    const int32_t begin = at;
    UChar32 c = 0;
    U8_NEXT(text.data(), at, length, c);
    if (c == '&') {
      kept += "and";
    } else if (c >= 0 && Counts(c)) {
      kept.append(text, static_cast<size_t>(begin), static_cast<size_t>(at - begin));
    }
  }
  return kept;
}

std::string AsciiLettersAndDigits(std::string_view text) {
  std::string kept;
  kept.reserve(text.size());
  for (const char c : text) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) kept += c;
    if (c == '&') kept += "and";
  }
  return kept;
}

}  // namespace

std::string TitleKey(std::string_view title) {
  const bool ascii = OnlyAscii(title);
  const std::string folded = ArticleInFront(ascii ? AsciiFolded(title) : FoldForComparison(title));
  const std::string_view name = WithoutArticle(folded);
  std::string key = ascii ? AsciiLettersAndDigits(name) : LettersAndDigits(Decomposed(name));
  return key.empty() ? folded : key;
}

}  // namespace marquee::playlist
