#include "services/playlist/sources/local/artwork_names.h"

#include <algorithm>
#include <array>
#include <string>

#include "services/playlist/sources/local/file_types.h"

namespace marquee::playlist {
namespace {

struct Word {
  std::string_view word;
  ArtworkPart part;
  int rank;
  bool in_titles;  // also common in titles
};

// Without `-` and `_`.
constexpr auto kWords = std::to_array<Word>({
    {"poster", ArtworkPart::kPoster, 0, false},
    {"folder", ArtworkPart::kPoster, 1, true},
    {"cover", ArtworkPart::kPoster, 2, true},
    {"movie", ArtworkPart::kPoster, 3, true},
    {"show", ArtworkPart::kPoster, 3, true},
    {"default", ArtworkPart::kPoster, 4, true},
    {"jacket", ArtworkPart::kPoster, 4, true},
    {"fanart", ArtworkPart::kBackground, 0, false},
    {"backdrop", ArtworkPart::kBackground, 1, false},
    {"background", ArtworkPart::kBackground, 2, false},
    {"art", ArtworkPart::kBackground, 3, true},
    {"clearlogo", ArtworkPart::kClearLogo, 0, false},
    {"logo", ArtworkPart::kClearLogo, 1, false},
    {"animatedfanart", ArtworkPart::kOther, 0, false},
    {"animatedposter", ArtworkPart::kOther, 0, false},
    {"back", ArtworkPart::kOther, 0, true},
    {"backcover", ArtworkPart::kOther, 0, false},
    {"banner", ArtworkPart::kOther, 0, false},
    {"box", ArtworkPart::kOther, 0, true},
    {"boxrear", ArtworkPart::kOther, 0, false},
    {"cdart", ArtworkPart::kOther, 0, false},
    {"characterart", ArtworkPart::kOther, 0, false},
    {"clearart", ArtworkPart::kOther, 0, false},
    {"disc", ArtworkPart::kOther, 0, false},
    {"discart", ArtworkPart::kOther, 0, false},
    {"icon", ArtworkPart::kOther, 0, true},
    {"keyart", ArtworkPart::kOther, 0, false},
    {"landscape", ArtworkPart::kOther, 0, false},
    {"menu", ArtworkPart::kOther, 0, true},
    {"screenshot", ArtworkPart::kOther, 0, false},
    {"spine", ArtworkPart::kOther, 0, true},
    {"square", ArtworkPart::kOther, 0, true},
    {"squareart", ArtworkPart::kOther, 0, false},
    {"still", ArtworkPart::kOther, 0, true},
    {"thumb", ArtworkPart::kOther, 0, false},
    {"thumbnail", ArtworkPart::kOther, 0, false},
    {"titlecard", ArtworkPart::kOther, 0, false},
});
// An additional image of a part: fanart2 ranks after every fanart, backdrop and so on.
constexpr int kNumberedRank = 10;

// Names of season folders in English, German, French, Spanish and Portuguese, Italian, Dutch,
// Danish, Swedish, Polish and Turkish, Russian. Lower case; the Russian word in both cases.
constexpr auto kSeasonWords = std::to_array<std::string_view>(
    {"season", "series", "staffel", "saison", "temporada", "stagione", "seizoen", "s\xC3\xA6son",
     "s\xC3\xA4song", "sezon", "\xD1\x81\xD0\xB5\xD0\xB7\xD0\xBE\xD0\xBD",
     "\xD0\xA1\xD0\xB5\xD0\xB7\xD0\xBE\xD0\xBD"});

constexpr auto kExtrasFolders =
    std::to_array<std::string_view>({"actors",      "backdrops",   "behind the scenes",
                                     "bonus",       "clips",       "deleted scenes",
                                     "extra",       "extras",      "featurettes",
                                     "interviews",  "metadata",    "other",
                                     "others",      "proof",       "sample",
                                     "samples",     "scenes",      "screens",
                                     "screenshots", "shorts",      "subs",
                                     "subtitles",   "theme-music", "theme music",
                                     "trailer",     "trailers"});

bool IsLetter(char c) { return c >= 'a' && c <= 'z'; }
bool IsSeparator(char c) { return c == '-' || c == '_' || c == '.' || c == ' '; }

std::string_view TrimSeparators(std::string_view text) {
  while (!text.empty() && IsSeparator(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSeparator(text.back())) text.remove_suffix(1);
  return text;
}

// The artwork word equal to `text`, which is in lower case, possibly with a number.
const Word* WordOf(std::string_view text, bool* numbered) {
  const std::string_view whole = text;
  while (!text.empty() && IsDigit(text.back())) text.remove_suffix(1);
  *numbered = text.size() < whole.size();
  if (whole.size() - text.size() > 3) return nullptr;
  std::string plain;
  for (const char c : TrimSeparators(text)) {
    if (c != '-' && c != '_') plain += c;
  }
  const auto* found = std::ranges::find(kWords, plain, &Word::word);
  return found == kWords.end() ? nullptr : found;
}

// What follows the number of a season or episode: nothing, or an artwork word.
bool IsEndOfSeasonName(std::string_view rest) {
  bool numbered = false;
  rest = TrimSeparators(rest);
  return rest.empty() || WordOf(rest, &numbered) != nullptr;
}

// `lower` contains s01e02 between characters other than letters and digits.
bool NamesEpisode(std::string_view lower) {
  for (size_t at = lower.find('s'); at != std::string_view::npos; at = lower.find('s', at + 1)) {
    if (at > 0 && (IsLetter(lower[at - 1]) || IsDigit(lower[at - 1]))) continue;
    size_t end = at + 1;
    while (end < lower.size() && IsDigit(lower[end])) ++end;
    if (end == at + 1 || end - at > 5) continue;
    while (end < lower.size() && IsSeparator(lower[end])) ++end;
    if (end + 1 < lower.size() && lower[end] == 'e' && IsDigit(lower[end + 1])) return true;
  }
  return false;
}

// Whether `lower` is, or ends in, the name of a season: season01-poster, season-all, Show - Season
// 1, Show_Season01_background, Show S02. A plain space before an unpadded number is not sufficient,
// because of titles such as `Open Season 2`.
bool NamesSeason(std::string_view lower) {
  for (const std::string_view word : {"season", "staffel", "saison", "temporada", "stagione"}) {
    for (size_t at = lower.find(word); at != std::string_view::npos;
         at = lower.find(word, at + 1)) {
      if (at > 0 && !IsSeparator(lower[at - 1])) continue;
      std::string_view rest = lower.substr(at + word.size());
      while (!rest.empty() && IsSeparator(rest.front())) rest.remove_prefix(1);
      size_t digits = 0;
      while (digits < rest.size() && IsDigit(rest[digits])) ++digits;
      const bool named = rest.starts_with("all") || rest.starts_with("specials");
      if (named) {
        if (IsEndOfSeasonName(rest.substr(rest.starts_with("all") ? 3 : 8))) return true;
        continue;
      }
      if (digits == 0 || digits > 4 || !IsEndOfSeasonName(rest.substr(digits))) continue;
      const bool spaced = at > 0 && lower[at - 1] == ' ' &&
                          (at < 2 || !IsSeparator(lower[at - 2])) && rest.front() != '0';
      if (!spaced) return true;
    }
  }
  // Specials: alone, with an artwork word, or after ` - ` or `_`.
  if (const size_t at = lower.find("specials"); at != std::string_view::npos) {
    const bool apart = at == 0 || lower[at - 1] == '_' || lower[at - 1] == '-' ||
                       (at > 1 && lower[at - 1] == ' ' && lower[at - 2] == '-');
    if (apart && IsEndOfSeasonName(lower.substr(at + 8))) return true;
  }
  // S02 at the end: padded, after a separator or alone.
  size_t end = lower.size();
  while (end > 0 && IsDigit(lower[end - 1])) --end;
  const size_t digits = lower.size() - end;
  return (digits == 2 || digits == 3) && end > 0 && lower[end - 1] == 's' &&
         (end == 1 || IsSeparator(lower[end - 2]));
}

}  // namespace

ArtworkName ArtworkNameOf(std::string_view stem,
                          absl::FunctionRef<bool(std::string_view base)> is_title) {
  const std::string lower = LowerAscii(stem);
  if (NamesEpisode(lower) || NamesSeason(lower)) return {.part = ArtworkPart::kSeason};
  bool numbered = false;
  if (const Word* word = WordOf(lower, &numbered); word != nullptr) {
    return {.part = word->part, .base = {}, .rank = word->rank + (numbered ? kNumberedRank : 0)};
  }
  // From the left, so that `clear-logo` is found before `logo`.
  for (size_t at = 1; at < lower.size(); ++at) {
    if (lower[at] != '-' && lower[at] != '_' && lower[at] != '.') continue;
    const Word* word = WordOf(TrimSeparators(std::string_view(lower).substr(at + 1)), &numbered);
    if (word == nullptr) continue;
    const std::string_view base = TrimSeparators(stem.substr(0, at));
    if (base.empty() || (word->in_titles && !is_title(base))) continue;
    return {.part = word->part, .base = base, .rank = word->rank + (numbered ? kNumberedRank : 0)};
  }
  return {};
}

bool IsSeasonFolder(std::string_view name) {
  const std::string lower = LowerAscii(name);
  if (lower == "specials" || lower == "season specials") return true;
  const auto number = [](std::string_view rest) {
    rest = TrimSeparators(rest);
    size_t digits = 0;
    while (digits < rest.size() && IsDigit(rest[digits])) ++digits;
    if (digits == 0 || digits > 4) return false;
    // `Season 1 (2008)`, `Season 01 - The beginning`: the rest is ignored.
    return digits == rest.size() || !IsLetter(rest[digits]);
  };
  for (const std::string_view word : kSeasonWords) {
    if (lower.starts_with(word)) return number(std::string_view(lower).substr(word.size()));
  }
  return lower.size() >= 2 && lower.size() <= 4 && lower.front() == 's' &&
         std::all_of(lower.begin() + 1, lower.end(), IsDigit);
}

bool IsExtrasFolder(std::string_view name) {
  return std::ranges::find(kExtrasFolders, LowerAscii(name)) != kExtrasFolders.end();
}

}  // namespace marquee::playlist
