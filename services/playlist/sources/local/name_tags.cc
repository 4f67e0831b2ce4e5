#include "services/playlist/sources/local/name_tags.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "services/playlist/sources/local/file_types.h"

namespace marquee::playlist {
namespace {

// Lower case, without hyphens and dots.
constexpr auto kReleaseWords = std::to_array<std::string_view>({
    // Resolution
    "480",
    "576",
    "720",
    "1080",
    "1440",
    "2160",
    "4320",
    "480i",
    "480p",
    "576i",
    "576p",
    "720p",
    "1080i",
    "1080p",
    "1440p",
    "2160p",
    "4320p",
    "4k",
    "8k",
    "uhd",
    "fhd",
    "hd",
    "sd",
    // Source
    "bluray",
    "bdrip",
    "brrip",
    "bdremux",
    "remux",
    "webdl",
    "webrip",
    "web",
    "hdtv",
    "pdtv",
    "dvd",
    "dvdrip",
    "dvdr",
    "hdrip",
    "hddvd",
    "ultrahd",
    "uhdbd",
    "vhs",
    "ld",
    // Codec
    "x264",
    "x265",
    "h264",
    "h265",
    "hevc",
    "avc",
    "av1",
    "vp9",
    "xvid",
    "divx",
    "mpeg2",
    "vc1",
    "8bit",
    "10bit",
    "12bit",
    // Colours and depth
    "hdr",
    "hdr10",
    "hdr10plus",
    "hdr10+",
    "dv",
    "dovi",
    "hlg",
    "sdr",
    "3d",
    "sbs",
    "hsbs",
    "hou",
    "imax",
    // Sound
    "aac",
    "ac3",
    "eac3",
    "dd",
    "ddp",
    "dd+",
    "dts",
    "dtshd",
    "dtsx",
    "truehd",
    "atmos",
    "flac",
    "mp3",
    "opus",
    "51",
    "71",
    "20",
    "aac20",
    "dd51",
    "ddp51",
    "dts51",
    // Kind of release
    "proper",
    "repack",
    "internal",
    "multi",
    "dual",
    "dubbed",
    "subbed",
    "uncut",
    "unrated",
    "extended",
    "remastered",
    "limited",
    "retail",
});
// Numbers that are also common in titles; they count only beside another release word.
constexpr auto kSmallNumbers = std::to_array<std::string_view>({"51", "71", "20"});

// Providers whose ids are not used in the playlist.
constexpr auto kOtherKeys = std::to_array<std::string_view>(
    {"anidb",  "anidb2", "anidb3",     "anidb4", "anilist",     "mal",      "myanimelist",
     "kitsu",  "tvmaze", "trakt",      "igdb",   "musicbrainz", "mbid",     "edition",
     "source", "boxset", "collection", "plex",   "letterboxd",  "wikidata", "tvdb2",
     "tvdb3",  "tvdb4",  "tvdb5",      "tvdb6"});

bool AreDigits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, IsDigit);
}

std::string_view WithoutBlanks(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::optional<int64_t> NumberOf(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number <= 0) return std::nullopt;
  return number;
}

// IMDb ids: tt and at least seven digits.
bool IsImdbId(std::string_view text) {
  return text.size() >= 9 && text.size() <= 12 && (text[0] == 't' || text[0] == 'T') &&
         (text[1] == 't' || text[1] == 'T') && AreDigits(text.substr(2));
}

// Splits `tmdb-348`, `tmdbid=348`, `TMDB: 348` into the key in lower case without `id`, and the
// value.
std::pair<std::string, std::string_view> KeyAndValue(std::string_view content) {
  const size_t at = content.find_first_of("-=:");
  if (at == std::string_view::npos || at == 0) return {};
  std::string key = LowerAscii(WithoutBlanks(content.substr(0, at)));
  if (key.size() > 2 && key.ends_with("id")) key.resize(key.size() - 2);
  return {std::move(key), WithoutBlanks(content.substr(at + 1))};
}

NameTag ProviderTagOf(std::string_view content) {
  if (IsImdbId(content)) return {.kind = TagKind::kImdb, .text = content};
  const auto [key, value] = KeyAndValue(content);
  if (key.empty() || value.empty()) return {};
  const bool tmdb = key == "tmdb" || key == "themoviedb" || key == "tmdbtv" || key == "tmdbmovie";
  const bool tvdb = key == "tvdb" || key == "thetvdb";
  if (tmdb || tvdb) {
    const auto number = NumberOf(value);
    if (!number) return {.kind = TagKind::kOther};
    return {.kind = tmdb ? TagKind::kTmdb : TagKind::kTvdb, .number = *number};
  }
  if (key == "imdb") {
    return IsImdbId(value) ? NameTag{.kind = TagKind::kImdb, .text = value}
                           : NameTag{.kind = TagKind::kOther};
  }
  const bool other = std::ranges::find(kOtherKeys, key) != kOtherKeys.end();
  return {.kind = other ? TagKind::kOther : TagKind::kNone};
}

// `1979`, `2004-2010`, `2004-`, also with Unicode dashes.
std::optional<int32_t> YearsOf(std::string_view content) {
  const auto year = YearOf(content.substr(0, 4));
  if (!year) return std::nullopt;
  std::string_view rest = WithoutBlanks(content.substr(4));
  if (rest.empty()) return year;
  if (rest.starts_with("\xE2\x80\x93") || rest.starts_with("\xE2\x80\x94")) {
    rest.remove_prefix(3);
  } else if (rest.front() == '-') {
    rest.remove_prefix(1);
  } else {
    return std::nullopt;
  }
  rest = WithoutBlanks(rest);
  const bool open = rest.empty() || LowerAscii(rest) == "present";
  return open || (rest.size() == 4 && AreDigits(rest)) ? year : std::nullopt;
}

}  // namespace

std::optional<int32_t> YearOf(std::string_view digits) {
  if (digits.size() != 4 || !AreDigits(digits)) return std::nullopt;
  const auto year = static_cast<int32_t>(*NumberOf(digits[0] == '0' ? "1" : digits));
  return year >= 1870 && year <= 2100 ? std::optional(year) : std::nullopt;
}

bool IsReleaseWord(std::string_view word) {
  std::string plain;
  for (const char c : LowerAscii(word)) {
    if (c != '-' && c != '.') plain += c;
  }
  if (std::ranges::find(kReleaseWords, plain) != kReleaseWords.end()) return true;
  // x264-GROUP, Bluray-1080p
  const size_t hyphen = word.find('-');
  return hyphen != std::string_view::npos && hyphen > 0 && IsReleaseWord(word.substr(0, hyphen));
}

NameTag TagOf(std::string_view content) {
  content = WithoutBlanks(content);
  if (content.empty()) return {};
  if (NameTag tag = ProviderTagOf(content); tag.kind != TagKind::kNone) return tag;
  if (const auto year = YearsOf(content)) return {.kind = TagKind::kYear, .number = *year};
  // Every word must be a release word, and one must be unambiguous.
  bool any = false;
  for (std::string_view rest = content; !rest.empty();) {
    const size_t end = std::min(rest.find_first_of(" ,_+"), rest.size());
    const std::string_view word = rest.substr(0, end);
    if (!word.empty()) {
      if (!IsReleaseWord(word)) return {};
      std::string plain(word);
      std::erase(plain, '.');
      any = any || std::ranges::find(kSmallNumbers, plain) == kSmallNumbers.end();
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {.kind = any ? TagKind::kRelease : TagKind::kNone};
}

}  // namespace marquee::playlist
