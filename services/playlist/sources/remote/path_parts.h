// Parses server paths to check them against allow-lists.
#pragma once

#include <span>
#include <string_view>

namespace marquee::playlist {

// Removes the part up to `separator` from `text`, together with the separator, and returns it.
std::string_view NextPart(std::string_view& text, char separator);

// 1 to 128 letters, digits and hyphens.
bool IsPathWord(std::string_view text);
// 1 to 19 digits.
bool IsPathNumber(std::string_view text);
// Segments of letters, digits and `-_.~`, none only dots, each preceded by one `/`: nothing in it
// can be encoded, change the directory, or be misinterpreted.
bool IsPlainPath(std::string_view path);
// Pairs of one of `names` and a path word.
bool IsPlainQuery(std::string_view query, std::span<const std::string_view> names);

}  // namespace marquee::playlist
