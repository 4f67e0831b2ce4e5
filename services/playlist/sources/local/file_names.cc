#include "services/playlist/sources/local/file_names.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>

#include "services/playlist/model/text.h"
#include "services/playlist/sources/local/file_types.h"

namespace marquee::playlist {
namespace {

constexpr size_t kMaxTitleBytes = 512;
constexpr auto kRoleNames = std::to_array<std::string_view>({"poster", "cover", "folder", "movie"});

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Offset of the first `(YYYY)` at or behind `from`; npos when there is none.
size_t FindYear(std::string_view text, size_t from) {
  for (size_t at = text.find('(', from); at != std::string_view::npos;
       at = text.find('(', at + 1)) {
    const std::string_view rest = text.substr(at);
    if (rest.size() >= 6 && rest[5] == ')' &&
        std::all_of(rest.begin() + 1, rest.begin() + 5, IsDigit)) {
      return at;
    }
  }
  return std::string_view::npos;
}

}  // namespace

NamedTitle TitleOfPath(std::string_view path) {
  std::string_view stem = Stem(BaseName(path));
  if (std::ranges::find(kRoleNames, LowerAscii(stem)) != kRoleNames.end()) {
    const size_t slash = path.rfind('/');
    if (slash != std::string_view::npos) stem = BaseName(path.substr(0, slash));
  }

  NamedTitle named;
  named.slug = Slug(stem);
  std::string text = CleanText(stem, kMaxTitleBytes);
  if (const size_t at = FindYear(text, 0); at != std::string::npos) {
    named.year = std::stoi(text.substr(at + 1, 4));
  }
  if (text.size() > 6 && FindYear(text, text.size() - 6) == text.size() - 6) {
    text = CleanText(text.substr(0, text.size() - 6));
  }
  named.title = std::move(text);
  return named;
}

std::string Slug(std::string_view text) {
  std::string slug;
  bool lost_letters = false;
  for (const char c : LowerAscii(text)) {
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
    const uint64_t hash = XXH3_64bits(text.data(), text.size());
    slug += fmt::format("{}{:08x}", slug.empty() ? "" : "-", static_cast<uint32_t>(hash));
  }
  return slug;
}

}  // namespace marquee::playlist
