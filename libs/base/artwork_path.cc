#include "libs/base/artwork_path.h"

#include <algorithm>
#include <string>

namespace marquee::base {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string PercentDecoded(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? HexValue(text[i + 1]) : -1;
    const int low = high >= 0 ? HexValue(text[i + 2]) : -1;
    if (low >= 0) {
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

bool HasParentPart(std::string_view path) {
  while (true) {
    const size_t end = path.find_first_of("/\\?");
    if (path.substr(0, end) == "..") return true;
    if (end == std::string_view::npos) return false;
    path.remove_prefix(end + 1);
  }
}

bool HasControl(std::string_view text) {
  return std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace

std::string_view ArtworkPathFault(std::string_view path) {
  if (!path.starts_with('/')) return "must begin with a slash";
  if (path.starts_with("//")) return "must begin with a single slash";
  if (path.size() > kMaxArtworkPathBytes) return "must be at most 2048 bytes long";
  const std::string decoded = PercentDecoded(path);
  if (HasControl(path) || HasControl(decoded)) return "must not contain control characters";
  // Some servers and clients treat it as a slash.
  if (path.substr(0, path.find('?')).find('\\') != std::string_view::npos) {
    return "must not contain a backslash";
  }
  if (HasParentPart(path) || HasParentPart(decoded)) return "must not contain a \"..\" segment";
  return "";
}

}  // namespace marquee::base
