#include "services/gateway/http/request_head.h"

#include <algorithm>
#include <array>
#include <utility>

#include "services/gateway/http/headers.h"

namespace marquee::gateway {
namespace {

constexpr HeadFault kLineEnd{.what = "a line must end with CRLF"};
constexpr HeadFault kControl{.what = "the header has a control character"};
constexpr HeadFault kFolded{.what = "a field must not be folded over several lines"};
constexpr HeadFault kName{.what = "a field name must be a token, directly followed by a colon"};
constexpr HeadFault kLengthTwice{.what = "Content-Length must occur only once"};
constexpr HeadFault kLength{.what = "Content-Length must be a decimal number"};
constexpr HeadFault kTooLong{.status = 413, .what = "the body is too large"};
constexpr HeadFault kCodingTwice{.what = "Transfer-Encoding must occur only once"};
constexpr HeadFault kCodingOld{.what = "Transfer-Encoding is not allowed in HTTP/1.0"};
constexpr HeadFault kBoth{.what = "Content-Length and Transfer-Encoding must not be combined"};
constexpr HeadFault kNotChunked{
    .what = "Transfer-Encoding must end in chunked and contain it only once"};
constexpr HeadFault kCoding{.status = 501,
                            .what = "chunked is the only supported Transfer-Encoding"};
constexpr HeadFault kHosts{.what = "exactly one Host field is needed"};
constexpr HeadFault kHost{.what = "Host must be a host with an optional port"};

// Up to 18 digits fit into 64 bits; longer bodies exceed every limit anyway.
constexpr size_t kMaxLengthDigits = 18;

constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";  // RFC 9110 section 5.6.2

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool IsAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool IsTokenChar(char c) {
  return IsDigit(c) || IsAlpha(c) || kTokenMarks.find(c) != std::string_view::npos;
}

constexpr std::array<bool, 256> TableOf(bool (*is)(char)) {
  std::array<bool, 256> table{};
  for (size_t i = 0; i < table.size(); ++i) table[i] = is(static_cast<char>(i));
  return table;
}
constexpr auto kToken = TableOf(IsTokenChar);
// VCHAR, obs-text, SP and HTAB of a field value.
constexpr auto kValue = TableOf([](char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
});

bool All(std::string_view text, const std::array<bool, 256>& of) {
  return std::ranges::all_of(text, [&](char c) { return of[static_cast<unsigned char>(c)]; });
}

const HeadFault* CheckCoding(std::string_view value) {
  size_t chunked = 0;
  size_t codings = 0;
  bool last_is_chunked = false;
  while (true) {
    const size_t comma = std::min(value.find(','), value.size());
    const std::string_view coding = Trim(value.substr(0, comma));
    last_is_chunked = EqualsIgnoreCase(coding, "chunked");
    if (last_is_chunked) ++chunked;
    ++codings;
    if (comma == value.size()) break;
    value.remove_prefix(comma + 1);
  }
  if (!last_is_chunked || chunked != 1) return &kNotChunked;
  return codings == 1 ? nullptr : &kCoding;
}

// The fields that determine where a message ends, collected while the header is scanned.
class FramingFields {
 public:
  const HeadFault* Take(std::string_view name, std::string_view value) {
    if (EqualsIgnoreCase(name, "Content-Length")) {
      if (std::exchange(has_length_, true)) return &kLengthTwice;
      if (value.empty() || !std::ranges::all_of(value, IsDigit)) return &kLength;
      if (value.size() > kMaxLengthDigits) return &kTooLong;
    } else if (EqualsIgnoreCase(name, "Transfer-Encoding")) {
      if (std::exchange(has_coding_, true)) return &kCodingTwice;
      return CheckCoding(value);
    } else if (EqualsIgnoreCase(name, "Host")) {
      ++hosts_;
      if (!IsHost(value)) return &kHost;
    }
    return nullptr;
  }

  const HeadFault* Conclude(bool http_1_0) const {
    if (has_coding_ && http_1_0) return &kCodingOld;
    if (has_coding_ && has_length_) return &kBoth;
    if (hosts_ > 1 || (hosts_ == 0 && !http_1_0)) return &kHosts;
    return nullptr;
  }

 private:
  bool has_length_ = false;
  bool has_coding_ = false;
  size_t hosts_ = 0;
};

}  // namespace

bool IsHost(std::string_view value) {
  constexpr std::string_view kMarks = "-._~!$&'()*+;=%";
  std::string_view host = value;
  if (host.starts_with('[')) {
    const size_t end = host.find(']');
    if (end == std::string_view::npos) return false;
    const std::string_view literal = host.substr(1, end - 1);
    const auto in_literal = [](char c) {
      return IsDigit(c) || IsAlpha(c) || c == ':' || c == '.' || c == '%' || c == '-';
    };
    if (literal.empty() || !std::ranges::all_of(literal, in_literal)) return false;
    host.remove_prefix(end + 1);
    if (!host.empty() && !host.starts_with(':')) return false;
  }
  const size_t colon = std::min(host.find(':'), host.size());
  const auto in_name = [&](char c) {
    return IsDigit(c) || IsAlpha(c) || kMarks.find(c) != std::string_view::npos ||
           static_cast<unsigned char>(c) >= 0x80;  // non-ASCII host names of local networks
  };
  if (!std::ranges::all_of(host.substr(0, colon), in_name)) return false;
  const std::string_view port = host.substr(std::min(colon + 1, host.size()));
  return port.size() <= 5 && std::ranges::all_of(port, IsDigit);
}

RequestHead::State RequestHead::Refuse(HeadFault fault) {
  fault_ = fault;
  return State::kFaulty;
}

RequestHead::State RequestHead::Look(std::string_view bytes) {
  while (scanned_ < bytes.size()) {
    const std::string_view rest = bytes.substr(scanned_);
    const size_t feed = rest.find('\n');
    const size_t carriage = rest.find('\r');
    if (feed == std::string_view::npos) {
      // A CR that is not the last byte was followed by something other than LF.
      return carriage + 1 < rest.size() && carriage != std::string_view::npos ? Refuse(kLineEnd)
                                                                              : State::kIncomplete;
    }
    if (carriage == std::string_view::npos || carriage + 1 != feed) return Refuse(kLineEnd);
    scanned_ += feed + 1;
    if (feed != 1) continue;
    const HeadFault* const fault = CheckHead(bytes.substr(0, scanned_));
    return fault != nullptr ? Refuse(*fault) : State::kComplete;
  }
  return State::kIncomplete;
}

const HeadFault* CheckHead(std::string_view head) {
  const auto next_line = [&head] {
    const size_t end = head.find("\r\n");
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end, head.size() - 2) + 2);
    return line;
  };
  const std::string_view request_line = next_line();
  if (!All(request_line, kValue) || request_line.find('\t') != std::string_view::npos) {
    return &kControl;
  }
  FramingFields framing;
  for (std::string_view line = next_line(); !line.empty(); line = next_line()) {
    if (line.front() == ' ' || line.front() == '\t') return &kFolded;
    const size_t colon = line.find(':');
    if (colon == 0 || colon == std::string_view::npos || !All(line.substr(0, colon), kToken)) {
      return &kName;
    }
    const std::string_view value = line.substr(colon + 1);
    if (!All(value, kValue)) return &kControl;
    if (const HeadFault* const fault = framing.Take(line.substr(0, colon), Trim(value))) {
      return fault;
    }
  }
  return framing.Conclude(request_line.ends_with(" HTTP/1.0"));
}

}  // namespace marquee::gateway
