// Paths at a server, taken apart to see whether they are of those that may be asked for.
#pragma once

#include <span>
#include <string_view>

namespace marquee::playlist {

// The part up to `separator`, which is taken off `text` together with it.
std::string_view NextPart(std::string_view& text, char separator);

// 1 to 128 letters, digits and hyphens.
bool IsPathWord(std::string_view text);
// 1 to 19 digits.
bool IsPathNumber(std::string_view text);
// Segments of letters, digits and `-_.~`, none of them only dots, with one `/` before each: nothing
// in it can be encoded, leave its place, or be taken for something else.
bool IsPlainPath(std::string_view path);
// Pairs of one of `names` and a word.
bool IsPlainQuery(std::string_view query, std::span<const std::string_view> names);

}  // namespace marquee::playlist
