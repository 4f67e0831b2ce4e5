// The tags that download and library programs write into the names of files.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace marquee::playlist {

enum class TagKind {
  kNone,     // a text
  kYear,     // 1979; of 2004-2010 the first
  kTmdb,     // number
  kTvdb,     // number
  kImdb,     // text: tt0078748
  kOther,    // an id of another provider, or an edition
  kRelease,  // resolution, source, codec, sound, …: 1080p, Bluray-1080p, x265
};

struct NameTag {
  TagKind kind = TagKind::kNone;
  int64_t number = 0;
  std::string_view text = {};
};

// Of what stands between brackets.
NameTag TagOf(std::string_view content);

// 1870 (before which there are no moving pictures) to 2100, and no resolution.
std::optional<int32_t> YearOf(std::string_view digits);

// A single word of a release's name: 1080p, BluRay, x264-GROUP.
bool IsReleaseWord(std::string_view word);

}  // namespace marquee::playlist
