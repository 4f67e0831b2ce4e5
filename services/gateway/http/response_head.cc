#include "services/gateway/http/response_head.h"

#include <fmt/format.h>

#include "services/gateway/http/http_date.h"

namespace marquee::gateway {
namespace {

// Formatting a date costs more than the rest of the header, and its text changes only once per
// second.
const std::string& DateText(absl::Time now) {
  thread_local int64_t second = -1;
  thread_local std::string text;
  if (const int64_t present = absl::ToUnixSeconds(now); present != second) {
    second = present;
    text = HttpDate(now);
  }
  return text;
}

}  // namespace

Framing FramingOf(const Response& response, bool http_1_0) {
  if (response.status == 204 || response.status == 304) return Framing::kNone;
  if (!response.stream || response.stream_length) return Framing::kLength;
  return http_1_0 ? Framing::kUntilEnd : Framing::kChunked;
}

std::string RenderHead(const Response& response, Framing framing, bool keep_alive, absl::Time now) {
  std::string head;
  head.reserve(192 + response.headers.text().size());
  head.append("HTTP/1.1 ").append(fmt::format_int(response.status).str()).append(1, ' ');
  head.append(ReasonPhrase(response.status)).append("\r\nDate: ").append(DateText(now));
  head.append("\r\n").append(response.headers.text());
  if (framing == Framing::kLength) {
    const fmt::format_int length(response.stream ? *response.stream_length : response.length);
    head.append("Content-Length: ").append(length.data(), length.size()).append("\r\n");
  } else if (framing == Framing::kChunked) {
    head += "Transfer-Encoding: chunked\r\n";
  }
  head += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return head;
}

}  // namespace marquee::gateway
