// Writing a JSON string without a JSON library, for log lines.
#pragma once

#include <string>
#include <string_view>

namespace marquee::obs {

// Appends `text` to `out` as a quoted JSON string (RFC 8259 section 7). Bytes that are not valid
// UTF-8 become U+FFFD, so that a log line is always valid JSON.
void AppendJsonString(std::string& out, std::string_view text);

}  // namespace marquee::obs
