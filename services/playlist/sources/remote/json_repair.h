// Repairs invalid characters in JSON text, so that one invalid byte in one title does not make the
// whole library unreadable.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace marquee::playlist {

// The UTF-8 byte order mark, which some servers and proxies put before JSON (RFC 8259 8.1 allows
// readers to ignore it).
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Replaces, in place, what makes a JSON parser reject a text of valid structure:
//   bytes that are not UTF-8         U+FFFD, one for each damaged character; a space between tokens
//   raw control characters           a space
//   halves of surrogate pairs        U+FFFD
//   cut and unknown escape sequences U+FFFD; `\'` becomes `'`
// Valid text is unchanged and only scanned once. True: something was replaced. Structure (quotes,
// brackets, commas) is never changed.
bool RepairJson(std::string* text);

}  // namespace marquee::playlist
