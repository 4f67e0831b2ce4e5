// Makes JSON text readable that a server wrote carelessly: one bad byte in one title's text must
// not cost the title, let alone its library.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace marquee::playlist {

// The UTF-8 byte order mark, which some servers and proxies put before their JSON (RFC 8259 8.1
// lets a reader skip it).
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Replaces, in place, what makes a JSON parser refuse a whole text although its structure is sound:
//   bytes that are not UTF-8         U+FFFD, one for each damaged character; a space between tokens
//   raw control characters           a space
//   halves of surrogate pairs        U+FFFD
//   cut and unknown escape sequences U+FFFD; `\'` becomes `'`
// Sound text is left as it is, at the cost of one look. True: something was replaced. Structure
// (quotes, brackets, commas) is never touched.
bool RepairJson(std::string* text);

}  // namespace marquee::playlist
