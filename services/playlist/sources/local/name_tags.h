// Parses the tags that download and library programs write into file names.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace marquee::playlist {

enum class TagKind {
  kNone,     // plain text
  kYear,     // 1979; the first year of 2004-2010
  kTmdb,     // number
  kTvdb,     // number
  kImdb,     // text: tt0078748
  kOther,    // an id of another provider, or an edition
  kRelease,  // resolution, source, codec, audio, …: 1080p, Bluray-1080p, x265
};

struct NameTag {
  TagKind kind = TagKind::kNone;
  int64_t number = 0;
  std::string_view text = {};
};

// `content`: the text between brackets.
NameTag TagOf(std::string_view content);

// A year from 1870 (there are no earlier films) to 2100 that is not a resolution.
std::optional<int32_t> YearOf(std::string_view digits);

// A single word of a release name: 1080p, BluRay, x264-GROUP.
bool IsReleaseWord(std::string_view word);

}  // namespace marquee::playlist
