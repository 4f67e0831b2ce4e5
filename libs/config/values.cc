#include "libs/config/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace marquee::config {
namespace {

// Maximum number of digits: nine digits of days fit into a duration and exceed any meaningful
// setting.
constexpr size_t kMaxDigits = 9;

absl::Status NotADuration() {
  return absl::InvalidArgumentError("expected a duration such as 500ms, 10s, 60m, 24h or 7d");
}

absl::Status NotAHostPort() {
  return absl::InvalidArgumentError("expected HOST:PORT such as 127.0.0.1:4000 or [::]:4000");
}

absl::Status NotAUrl() {
  return absl::InvalidArgumentError("expected a URL such as http://10.0.0.5:8096");
}

bool ParsePort(std::string_view text, uint16_t& port) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size();
}

// Splits a URL: the scheme with "://", and the authority (the part up to the path).
std::pair<std::string_view, std::string_view> SplitUrl(std::string_view url) {
  const size_t slashes = url.find("://");
  if (slashes == std::string_view::npos) return {};
  const std::string_view scheme = url.substr(0, slashes + 3);
  const std::string_view rest = url.substr(scheme.size());
  return {scheme, rest.substr(0, rest.find_first_of("/?#"))};
}

// Length in bytes of the UTF-8 character at the start of `text`; 0 if it is invalid (RFC 3629
// section 4: no surrogates, no overlong forms, nothing above U+10FFFF).
// (RFC 3629 section 4: no surrogates, nothing overlong, nothing above U+10FFFF).
size_t CharacterLength(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return 1;
  const size_t length = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
  if (byte(0) < 0xC2 || byte(0) > 0xF4 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const bool overlong = (byte(0) == 0xE0 && byte(1) < 0xA0) || (byte(0) == 0xF0 && byte(1) < 0x90);
  const bool outside = (byte(0) == 0xED && byte(1) > 0x9F) || (byte(0) == 0xF4 && byte(1) > 0x8F);
  return overlong || outside ? 0 : length;
}

}  // namespace

absl::StatusOr<absl::Duration> ParseDuration(std::string_view text) {
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0 || digits > kMaxDigits) return NotADuration();
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + digits, number);

  const std::array<std::pair<std::string_view, absl::Duration>, 5> units = {
      {{"ms", absl::Milliseconds(1)},
       {"s", absl::Seconds(1)},
       {"m", absl::Minutes(1)},
       {"h", absl::Hours(1)},
       {"d", absl::Hours(24)}}};
  const auto* unit =
      std::ranges::find(units, text.substr(digits), [](const auto& known) { return known.first; });
  if (unit == units.end()) return NotADuration();
  return number * unit->second;
}

absl::Duration DurationOf(std::string_view accepted) {
  return ParseDuration(accepted).value_or(absl::ZeroDuration());
}

std::string HostPort::ToString() const {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port)
                                             : fmt::format("[{}]:{}", host, port);
}

absl::StatusOr<HostPort> ParseHostPort(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return NotAHostPort();
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);

  HostPort parsed;
  if (!ParsePort(text.substr(colon + 1), parsed.port)) return NotAHostPort();
  // A host with a colon must be in brackets, and brackets contain nothing else.
  if (bracketed != (host.find(':') != std::string_view::npos)) return NotAHostPort();
  if (host.empty() || host.find_first_of("[]/@ \t") != std::string_view::npos) {
    return NotAHostPort();
  }
  parsed.host = host;
  return parsed;
}

absl::Status CheckUrl(std::string_view text) {
  if (text.find_first_of(" \t\"<>\\") != std::string_view::npos) return NotAUrl();
  const auto [scheme, authority] = SplitUrl(text);
  if (scheme != "http://" && scheme != "https://") return NotAUrl();
  const size_t at = authority.rfind('@');
  const std::string_view host = at == std::string_view::npos ? authority : authority.substr(at + 1);

  // After the bracket of an IPv6 address, if there is one.
  const std::string_view tail = host.substr(std::min(host.rfind(']') + 1, host.size()));
  const bool with_port = tail.find(':') != std::string_view::npos;
  const auto parsed = ParseHostPort(with_port ? std::string(host) : fmt::format("{}:80", host));
  if (!parsed.ok() || parsed->port == 0) return NotAUrl();
  return absl::OkStatus();
}

std::string WithoutUserInfo(std::string_view url) {
  const auto [scheme, authority] = SplitUrl(url);
  const size_t at = authority.rfind('@');
  if (at == std::string_view::npos) return std::string(url);
  return fmt::format("{}{}", scheme, url.substr(scheme.size() + at + 1));
}

absl::Status CheckOneLine(std::string_view text) {
  while (!text.empty()) {
    const size_t length = CharacterLength(text);
    const auto first = static_cast<unsigned char>(text.front());
    if (length == 0 || first < 0x20 || first == 0x7F) {
      return absl::InvalidArgumentError("expected one line of UTF-8 without control characters");
    }
    text.remove_prefix(length);
  }
  return absl::OkStatus();
}

}  // namespace marquee::config
