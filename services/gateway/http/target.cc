#include "services/gateway/http/target.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "libs/base/status.h"
#include "services/gateway/http/headers.h"
#include "services/gateway/http/request_head.h"

namespace marquee::gateway {
namespace {

constexpr size_t kMaxParameters =
    64;  // the gateway's routes use at most eight; a thousand would be an attack

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// RFC 3629: shortest forms only, no surrogates, nothing above U+10FFFF.
bool IsUtf8(std::string_view text) {
  if (std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; })) return true;
  size_t i = 0;
  while (i < text.size()) {
    const auto lead = static_cast<unsigned char>(text[i]);
    size_t extra = 0;
    uint32_t code = 0;
    if (lead < 0x80) {
      ++i;
      continue;
    }
    if (lead >= 0xc2 && lead <= 0xdf) {
      extra = 1;
      code = lead & 0x1fU;
    } else if (lead >= 0xe0 && lead <= 0xef) {
      extra = 2;
      code = lead & 0x0fU;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
      extra = 3;
      code = lead & 0x07U;
    } else {
      return false;
    }
    if (i + extra >= text.size()) return false;
    for (size_t k = 1; k <= extra; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xc0U) != 0x80) return false;
      code = (code << 6U) | (next & 0x3fU);
    }
    if (extra == 2 && (code < 0x800 || (code >= 0xd800 && code <= 0xdfff))) return false;
    if (extra == 3 && (code < 0x10000 || code > 0x10ffff)) return false;
    i += extra + 1;
  }
  return true;
}

bool HasDotDotSegment(std::string_view path) {
  if (path.find("..") == std::string_view::npos) return false;
  size_t from = 0;
  while (from <= path.size()) {
    const size_t end = std::min(path.find_first_of("/\\", from), path.size());
    if (path.substr(from, end - from) == "..") return true;
    from = end + 1;
  }
  return false;
}

absl::StatusOr<Query> ParseQuery(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> all;
  all.reserve(
      std::min(kMaxParameters, static_cast<size_t>(std::count(text.begin(), text.end(), '&')) + 1));
  while (!text.empty()) {
    const size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    if (all.size() == kMaxParameters) {
      return absl::InvalidArgumentError(
          fmt::format("the query has more than {} parameters", kMaxParameters));
    }
    const size_t equals = std::min(pair.find('='), pair.size());
    MARQUEE_ASSIGN_OR_RETURN(auto name, PercentDecode(pair.substr(0, equals), true));
    MARQUEE_ASSIGN_OR_RETURN(auto value,
                             PercentDecode(pair.substr(std::min(equals + 1, pair.size())), true));
    if (!IsUtf8(name) || !IsUtf8(value)) {
      return absl::InvalidArgumentError("the query is not UTF-8");
    }
    all.emplace_back(std::move(name), std::move(value));
  }
  return Query(std::move(all));
}

// Removes "http://host:4000" from an absolute-form target, which a proxy may send (RFC 9112 section
// 3.2.2).
absl::Status TakeAuthority(std::string_view& target, std::string& authority) {
  const size_t scheme_end = target.find("://");
  if (target.starts_with('/') || scheme_end == std::string_view::npos) return absl::OkStatus();
  const std::string_view scheme = target.substr(0, scheme_end);
  if (!EqualsIgnoreCase(scheme, "http") && !EqualsIgnoreCase(scheme, "https")) {
    return absl::InvalidArgumentError("the target must be a path or an http or https URL");
  }
  target.remove_prefix(scheme_end + 3);
  const size_t end = std::min(target.find_first_of("/?#"), target.size());
  authority = target.substr(0, end);
  if (authority.empty() || authority.starts_with(':') || !IsHost(authority)) {
    return absl::InvalidArgumentError("the target has no valid host");
  }
  target.remove_prefix(end);
  return absl::OkStatus();
}

}  // namespace

std::optional<std::string_view> Query::Get(std::string_view name) const {
  for (const auto& [key, value] : all_) {
    if (key == name) return value;
  }
  return std::nullopt;
}

absl::StatusOr<std::string> PercentDecode(std::string_view text, bool plus_is_space) {
  std::string out(text);  // decoding never makes it longer
  auto end = out.begin();
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const bool complete = i + 2 < text.size();
      const int high = complete ? HexValue(text[i + 1]) : -1;
      const int low = complete ? HexValue(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        return absl::InvalidArgumentError("\"%\" must be followed by two hex digits");
      }
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    *end++ = c;
  }
  out.erase(end, out.end());
  return out;
}

std::string PercentEncode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size() + text.size() / 4);
  for (const char c : text) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    }
  }
  return out;
}

absl::StatusOr<Target> ParseTarget(std::string_view target) {
  Target parsed;
  MARQUEE_RETURN_IF_ERROR(TakeAuthority(target, parsed.authority));
  const size_t fragment = target.find('#');
  target = target.substr(0, fragment);
  const bool no_path = !parsed.authority.empty() && (target.empty() || target.front() == '?');
  if (!no_path && !target.starts_with('/')) {
    return absl::InvalidArgumentError("the target must be a path that begins with \"/\"");
  }
  const size_t mark = std::min(target.find('?'), target.size());
  MARQUEE_ASSIGN_OR_RETURN(parsed.path,
                           PercentDecode(no_path ? "/" : target.substr(0, mark), false));
  if (!IsUtf8(parsed.path) || HasControl(parsed.path)) {
    return absl::InvalidArgumentError("the path contains a control character or is not UTF-8");
  }
  if (HasDotDotSegment(parsed.path)) {
    return absl::InvalidArgumentError("the path contains a \"..\" segment");
  }
  // "//host" would be a network-path reference if it were used in a redirect.
  const size_t first = parsed.path.find_first_not_of('/');
  parsed.path.erase(0, first == std::string::npos ? parsed.path.size() - 1 : first - 1);
  MARQUEE_ASSIGN_OR_RETURN(parsed.query,
                           ParseQuery(target.substr(std::min(mark + 1, target.size()))));
  return parsed;
}

}  // namespace marquee::gateway
