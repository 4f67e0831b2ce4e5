#include "libs/httpc/http_message.h"

#include <absl/strings/match.h>

#include <algorithm>
#include <charconv>

#include "libs/base/strings.h"

namespace marquee::httpc {
namespace {

std::optional<uint64_t> Number(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

HostRule OnlyServer(const Url& server) {
  return [server](const Url& url) {
    const bool same = url.host == server.host && url.port == server.port &&
                      (url.scheme == server.scheme || url.scheme == "https");
    return same ? HostTrust::kConfigured : HostTrust::kRefused;
  };
}

std::string_view HttpHead::header(std::string_view name) const {
  const auto found = std::ranges::find_if(headers, [&](const Header& header) {
    return absl::EqualsIgnoreCase(base::ToAbslView(header.name), base::ToAbslView(name));
  });
  return found == headers.end() ? std::string_view() : std::string_view(found->value);
}

std::optional<uint64_t> HttpHead::content_length() const {
  if (!header("content-encoding").empty()) return std::nullopt;
  return Number(header("content-length"));
}

std::optional<absl::Duration> HttpHead::retry_after(absl::Time now) const {
  const std::string_view text = header("retry-after");
  if (const auto seconds = Number(text)) {
    // Longer than any wait of the callers; larger numbers could overflow.
    return absl::Seconds(std::min<uint64_t>(*seconds, 86400));
  }
  absl::Time at;
  if (absl::ParseTime("%a, %d %b %Y %H:%M:%S GMT", base::ToAbslView(text), &at, nullptr)) {
    return std::clamp(at - now, absl::ZeroDuration(), absl::Hours(24));
  }
  return std::nullopt;
}

}  // namespace marquee::httpc
