#include "services/gateway/http/range.h"

#include <algorithm>
#include <charconv>

#include "services/gateway/http/headers.h"

namespace marquee::gateway {
namespace {

// Parses decimal digits; absent for "". false for anything else, including overflow.
bool ReadNumber(std::string_view text, std::optional<uint64_t>& number) {
  number.reset();
  if (text.empty()) return true;
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  number = value;
  return true;
}

}  // namespace

std::optional<RangeRequest> ParseRangeRequest(std::string_view field) {
  constexpr std::string_view kUnit = "bytes=";
  field = Trim(field);
  if (field.size() < kUnit.size() || !EqualsIgnoreCase(field.substr(0, kUnit.size()), kUnit)) {
    return std::nullopt;
  }
  field = Trim(field.substr(kUnit.size()));
  const size_t dash = field.find('-');
  if (dash == std::string_view::npos || field.find(',') != std::string_view::npos) {
    return std::nullopt;
  }
  RangeRequest request;
  if (!ReadNumber(field.substr(0, dash), request.first) ||
      !ReadNumber(field.substr(dash + 1), request.last)) {
    return std::nullopt;
  }
  if (!request.first && !request.last) return std::nullopt;
  if (request.first && request.last && *request.first > *request.last) return std::nullopt;
  return request;
}

RangeVerdict ParseRange(std::string_view field, uint64_t size, ByteRange& range) {
  const auto request = ParseRangeRequest(field);
  if (!request) return RangeVerdict::kNone;
  if (!request->first) {
    if (*request->last == 0 || size == 0) return RangeVerdict::kUnsatisfiable;
    range = {size - std::min(*request->last, size), size - 1};
    return RangeVerdict::kSatisfiable;
  }
  if (*request->first >= size) return RangeVerdict::kUnsatisfiable;
  range = {*request->first, std::min(request->last.value_or(size - 1), size - 1)};
  return RangeVerdict::kSatisfiable;
}

}  // namespace marquee::gateway
