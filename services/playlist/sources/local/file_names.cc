#include "services/playlist/sources/local/file_names.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "services/playlist/model/text.h"
#include "services/playlist/model/unicode.h"
#include "services/playlist/sources/local/file_types.h"
#include "services/playlist/sources/local/name_tags.h"

namespace marquee::playlist {
namespace {

constexpr size_t kMaxTitleBytes = 512;

// A bracket with its content.
struct Bracket {
  size_t begin = 0;
  size_t end = 0;  // after the closing bracket
  char kind = '(';
  NameTag tag;
};

// Innermost brackets, in order.
std::vector<Bracket> BracketsOf(std::string_view text) {
  std::vector<Bracket> brackets;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '(' && text[at] != '[' && text[at] != '{') continue;
    const char close = text[at] == '(' ? ')' : text[at] == '[' ? ']' : '}';
    const size_t end = text.find_first_of("()[]{}", at + 1);
    if (end == std::string_view::npos || text[end] != close) continue;
    brackets.push_back({.begin = at,
                        .end = end + 1,
                        .kind = text[at],
                        .tag = TagOf(text.substr(at + 1, end - at - 1))});
    at = end;
  }
  return brackets;
}

// Converts full-width brackets, as in Chinese and Japanese names, to ASCII ones.
std::string WithPlainBrackets(std::string text) {
  constexpr std::pair<std::string_view, std::string_view> kWide[] = {
      {"\xEF\xBC\x88", " ("}, {"\xEF\xBC\x89", ")"},   // （ ）
      {"\xE3\x80\x90", " ["}, {"\xE3\x80\x91", "]"},   // 【 】
      {"\xEF\xBC\xBB", " ["}, {"\xEF\xBC\xBD", "]"}};  // ［ ］
  for (const auto& [wide, plain] : kWide) {
    for (size_t at = text.find(wide); at != std::string::npos; at = text.find(wide, at)) {
      text.replace(at, wide.size(), plain);
    }
  }
  return text;
}

// Removes spaces and separators at both ends, and double spaces.
std::string Tidied(std::string_view text) {
  std::string tidy;
  for (const char c : text) {
    if (c == ' ' && (tidy.empty() || tidy.back() == ' ')) continue;
    tidy += c;
  }
  const auto is_rest = [](char c) { return c == ' ' || c == '-' || c == '_'; };
  while (!tidy.empty() && is_rest(tidy.back())) tidy.pop_back();
  size_t begin = 0;
  while (begin < tidy.size() && (tidy[begin] == ' ' || tidy[begin] == '_')) ++begin;
  return tidy.substr(begin);
}

bool HasLetterOrDigit(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
  });
}

std::vector<std::string_view> WordsOf(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of(separators), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// A release name such as Alien.1979.1080p.BluRay.x264-GROUP: words separated by dots or
// underscores, in which a year or a release word follows the title.
bool TakeReleaseName(std::string_view text, NamedTitle* named) {
  if (text.find(' ') != std::string_view::npos) return false;
  const auto words = WordsOf(text, "._");
  size_t end = 0;
  for (size_t i = 1; i < words.size() && end == 0; ++i) {
    const bool last = i + 1 == words.size();
    const auto year = YearOf(words[i]);
    // A year followed by another one belongs to the title (Blade.Runner.2049.2017).
    if (year && (last || !YearOf(words[i + 1]))) {
      named->year = year;
      end = i;
    } else if (IsReleaseWord(words[i]) && words[i].size() > 2 && !year) {
      end = i;
    }
  }
  if (end == 0) return false;
  for (size_t i = 0; i < end; ++i) {
    if (i > 0) named->title += ' ';
    named->title += words[i];
  }
  return true;
}

// The text after the year: kept, unless it begins with a release word.
std::string WithoutReleaseWords(std::string_view rest) {
  const auto words = WordsOf(rest, " ");
  for (const std::string_view word : words) {
    if (word == "-") continue;
    const bool group = word.starts_with('-');  // [x264]-GROUP
    return group || IsReleaseWord(word) ? std::string() : std::string(rest);
  }
  return std::string(rest);
}

void TakeIds(const std::vector<Bracket>& brackets, NamedTitle* named) {
  for (const Bracket& bracket : brackets) {
    const NameTag& tag = bracket.tag;
    if (tag.kind == TagKind::kTmdb && !named->tmdb_id) named->tmdb_id = tag.number;
    if (tag.kind == TagKind::kTvdb && !named->tvdb_id) named->tvdb_id = tag.number;
    if (tag.kind == TagKind::kImdb && named->imdb_id.empty()) {
      named->imdb_id = LowerAscii(tag.text);
    }
  }
}

// Takes the title before the year, and the text after it.
void TakeTitle(std::string_view text, const std::vector<Bracket>& brackets, NamedTitle* named) {
  const auto year = std::find_if(brackets.rbegin(), brackets.rend(), [](const Bracket& bracket) {
    return bracket.tag.kind == TagKind::kYear && bracket.kind != '{';
  });
  const size_t year_at = year == brackets.rend() ? text.size() : year->begin;
  std::string before;
  std::string behind;
  size_t from = 0;
  const auto keep = [&](size_t end) {
    const size_t cut = std::clamp(year_at, from, end);
    before += text.substr(from, cut - from);
    behind += text.substr(cut, end - cut);
  };
  for (const Bracket& bracket : brackets) {
    const bool is_year = bracket.tag.kind == TagKind::kYear;
    const bool tag = bracket.tag.kind != TagKind::kNone && !is_year;
    // A group or a language after the year; `[REC] (2007)` is a title.
    const bool note = bracket.kind == '[' && bracket.begin > year_at;
    const bool drop = tag || note || bracket.kind == '{' ||
                      (is_year && bracket.begin == year_at && year_at < text.size());
    if (!drop) continue;
    keep(bracket.begin);
    (bracket.begin < year_at ? before : behind) += ' ';
    from = bracket.end;
  }
  keep(text.size());

  if (year != brackets.rend()) named->year = static_cast<int32_t>(year->tag.number);
  behind = Tidied(WithoutReleaseWords(behind));
  if (HasLetterOrDigit(behind)) {
    // `Blade Runner (1982) Final Cut`: keeps the year in its place.
    before += fmt::format("({}) {}", named->year.value_or(0), behind);
  }
  named->title = Tidied(before);
}

}  // namespace

NamedTitle TitleOfName(std::string_view name) {
  NamedTitle named;
  const std::string whole = CleanText(name, kMaxTitleBytes);
  const std::string text = WithPlainBrackets(whole);
  const auto brackets = BracketsOf(text);
  TakeIds(brackets, &named);
  if (!brackets.empty() || !TakeReleaseName(text, &named)) TakeTitle(text, brackets, &named);
  if (!HasLetterOrDigit(named.title)) {
    named.title = whole;
    named.slug = Slug(whole);
    return named;
  }
  const bool holds_year =
      named.year && named.title.find(fmt::format("({})", *named.year)) != std::string::npos;
  named.slug = Slug(named.year && !holds_year ? fmt::format("{} ({})", named.title, *named.year)
                                              : named.title);
  return named;
}

std::string Slug(std::string_view text) {
  const std::string composed = Nfc(text);
  std::string slug;
  bool lost_letters = false;
  for (const char c : LowerAscii(composed)) {
    if ((c >= 'a' && c <= 'z') || IsDigit(c) || c == '-') {
      slug += c;
    } else if (c == ' ') {
      if (!slug.empty() && slug.back() != '-') slug += '-';
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      lost_letters = true;
    }
  }
  while (!slug.empty() && slug.back() == '-') slug.pop_back();
  if (lost_letters || slug.empty()) {
    const uint64_t hash = XXH3_64bits(composed.data(), composed.size());
    slug += fmt::format("{}{:08x}", slug.empty() ? "" : "-", static_cast<uint32_t>(hash));
  }
  return slug;
}

}  // namespace marquee::playlist
