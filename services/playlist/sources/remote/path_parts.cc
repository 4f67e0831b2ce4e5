#include "services/playlist/sources/remote/path_parts.h"

#include <algorithm>

namespace marquee::playlist {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWordCharacter(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

}  // namespace

std::string_view NextPart(std::string_view& text, char separator) {
  const size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

bool IsPathWord(std::string_view text) {
  return !text.empty() && text.size() <= 128 && std::ranges::all_of(text, IsWordCharacter);
}

bool IsPathNumber(std::string_view text) {
  return !text.empty() && text.size() <= 19 && std::ranges::all_of(text, IsDigit);
}

bool IsPlainPath(std::string_view path) {
  if (!path.starts_with('/')) return false;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    const bool plain = std::ranges::all_of(
        segment, [](char c) { return IsWordCharacter(c) || c == '_' || c == '.' || c == '~'; });
    if (!plain || segment.find_first_not_of('.') == std::string_view::npos) return false;
  }
  return true;
}

bool IsPlainQuery(std::string_view query, std::span<const std::string_view> names) {
  while (!query.empty()) {
    std::string_view pair = NextPart(query, '&');
    const std::string_view name = NextPart(pair, '=');
    if (std::ranges::find(names, name) == names.end() || !IsPathWord(pair)) return false;
  }
  return true;
}

}  // namespace marquee::playlist
