#include "libs/config/leaf.h"

#include <absl/status/statusor.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>

#include "libs/base/status.h"
#include "libs/config/schema.h"
#include "libs/config/values.h"

namespace marquee::config {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// " from 1 to 10", " of at least 1", " of at most 10", or nothing.
std::string RangeText(const Setting& rules) {
  if (!rules.min().empty() && !rules.max().empty()) {
    return fmt::format(" from {} to {}", rules.min(), rules.max());
  }
  if (!rules.min().empty()) return fmt::format(" of at least {}", rules.min());
  if (!rules.max().empty()) return fmt::format(" of at most {}", rules.max());
  return "";
}

template <class Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  if constexpr (std::is_floating_point_v<Number>) {
    if (!std::isfinite(number)) return std::nullopt;
  }
  return number;
}

template <class Number>
absl::StatusOr<Number> NumberOf(std::string_view text, const Setting& rules) {
  const std::optional<Number> number = ParseNumber<Number>(text);
  const bool in_range =
      number.has_value() &&
      *number >= ParseNumber<Number>(rules.min()).value_or(std::numeric_limits<Number>::lowest()) &&
      *number <= ParseNumber<Number>(rules.max()).value_or(std::numeric_limits<Number>::max());
  if (in_range) return *number;
  // Without an explicit range, that of the type: rejects negative and very large numbers.
  const std::string range =
      RangeText(rules).empty() && ParseNumber<double>(text).has_value()
          ? fmt::format(" from {} to {}", std::numeric_limits<Number>::lowest(),
                        std::numeric_limits<Number>::max())
          : RangeText(rules);
  return absl::InvalidArgumentError(
      fmt::format("expected a {}number{}", std::is_integral_v<Number> ? "whole " : "", range));
}

absl::Status CheckDuration(std::string_view text, const Setting& rules) {
  const absl::StatusOr<absl::Duration> duration = ParseDuration(text);
  if (!duration.ok()) return duration.status();
  const bool too_short = !rules.min().empty() && *duration < DurationOf(rules.min());
  const bool too_long = !rules.max().empty() && *duration > DurationOf(rules.max());
  if (!too_short && !too_long) return absl::OkStatus();
  return absl::InvalidArgumentError(fmt::format("expected a duration{}", RangeText(rules)));
}

absl::Status CheckText(std::string_view text, const Setting& rules) {
  MARQUEE_RETURN_IF_ERROR(CheckOneLine(text));
  if (!rules.one_of().empty() && std::ranges::find(rules.one_of(), text) == rules.one_of().end()) {
    return absl::InvalidArgumentError(
        fmt::format("expected one of {}", fmt::join(rules.one_of(), ", ")));
  }
  // An empty text means "none", except for a duration, where 0s must be written.
  if (rules.kind() == DURATION) return CheckDuration(text, rules);
  if (text.empty()) return absl::OkStatus();
  if (rules.kind() == LISTEN_ADDRESS) return ParseHostPort(text).status();
  if (rules.kind() == URL) return CheckUrl(text);
  return absl::OkStatus();
}

}  // namespace

absl::Status SetLeaf(Message& message, const FieldDescriptor& field, std::string_view text) {
  const bool add = field.is_repeated();
  Setting rules = SettingOf(field);
  if (add) {  // min and max of a list apply to its length
    rules.clear_min();
    rules.clear_max();
  }
  const Reflection& fields = *message.GetReflection();
  const auto put = [&](auto setter, auto adder, const auto& value) {
    add ? (fields.*adder)(&message, &field, value) : (fields.*setter)(&message, &field, value);
    return absl::OkStatus();
  };

  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32: {
      MARQUEE_ASSIGN_OR_RETURN(const auto value, NumberOf<int32_t>(text, rules));
      return put(&Reflection::SetInt32, &Reflection::AddInt32, value);
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      MARQUEE_ASSIGN_OR_RETURN(const auto value, NumberOf<int64_t>(text, rules));
      return put(&Reflection::SetInt64, &Reflection::AddInt64, value);
    }
    case FieldDescriptor::CPPTYPE_UINT32: {
      MARQUEE_ASSIGN_OR_RETURN(const auto value, NumberOf<uint32_t>(text, rules));
      return put(&Reflection::SetUInt32, &Reflection::AddUInt32, value);
    }
    case FieldDescriptor::CPPTYPE_UINT64: {
      MARQUEE_ASSIGN_OR_RETURN(const auto value, NumberOf<uint64_t>(text, rules));
      return put(&Reflection::SetUInt64, &Reflection::AddUInt64, value);
    }
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      MARQUEE_ASSIGN_OR_RETURN(const auto value, NumberOf<double>(text, rules));
      return put(&Reflection::SetDouble, &Reflection::AddDouble, value);
    }
    case FieldDescriptor::CPPTYPE_BOOL: {
      if (text != "true" && text != "false") {
        return absl::InvalidArgumentError("expected true or false");
      }
      return put(&Reflection::SetBool, &Reflection::AddBool, text == "true");
    }
    default: {  // a string: LeavesOf has rejected all other types
      MARQUEE_RETURN_IF_ERROR(CheckText(text, rules));
      return put(&Reflection::SetString, &Reflection::AddString, std::string(text));
    }
  }
}

}  // namespace marquee::config
