#include "services/playlist/sources/remote/json.h"

#include <absl/strings/match.h>
#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "services/playlist/model/text.h"
#include "services/playlist/sources/remote/path_parts.h"

namespace marquee::playlist {

static_assert(ListSplitter::kPadding >= simdjson::SIMDJSON_PADDING);

std::string TextOf(ondemand::value value, size_t max_bytes) {
  ondemand::json_type type;
  if (value.type().get(type) != simdjson::SUCCESS) return {};
  std::string_view text;
  if (type == ondemand::json_type::string) {
    return value.get_string().get(text) == simdjson::SUCCESS ? CleanText(text, max_bytes)
                                                             : std::string();
  }
  if (type != ondemand::json_type::number) return {};
  // For numbers, the parser returns everything up to the next structural character.
  text = value.raw_json_token();
  return CleanText(text.substr(0, text.find_first_not_of("+-.0123456789eE")), max_bytes);
}

std::optional<double> NumberOf(ondemand::value value) {
  ondemand::json_type type;
  if (value.type().get(type) != simdjson::SUCCESS) return std::nullopt;
  double number = 0;
  if (type == ondemand::json_type::string) {
    const std::string text = TextOf(value, 32);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  } else if (value.get_double().get(number) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  if (!std::isfinite(number)) return std::nullopt;
  return number;
}

bool IsTrue(ondemand::value value) {
  ondemand::json_type type;
  if (value.type().get(type) != simdjson::SUCCESS) return false;
  if (type == ondemand::json_type::boolean) {
    bool flag = false;
    return value.get_bool().get(flag) == simdjson::SUCCESS && flag;
  }
  const std::string text = TextOf(value, 8);
  return text == "1" || absl::EqualsIgnoreCase(text, "true");
}

std::string WordOf(ondemand::value value) {
  std::string text = TextOf(value, 128);
  return IsPathWord(text) ? text : std::string();
}

std::optional<int64_t> IntegerOf(ondemand::value value) {
  const auto number = NumberOf(value);
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (!number || *number < -kExact || *number > kExact) return std::nullopt;
  return static_cast<int64_t>(*number);
}

std::vector<std::string> TextsOf(ondemand::value value, std::string_view field, error_code* error) {
  constexpr size_t kMaxTexts = 20;
  std::vector<std::string> texts;
  const auto take = [&](ondemand::value text_value) {
    std::string text = TextOf(text_value, 256);
    if (!text.empty() && texts.size() < kMaxTexts) texts.push_back(std::move(text));
    return simdjson::SUCCESS;
  };
  *error = ForEachElement(value, [&](ondemand::value element) {
    if (field.empty()) return take(element);
    return ForEachField(element, [&](std::string_view key, ondemand::value inner) {
      return key == field ? take(inner) : simdjson::SUCCESS;
    });
  });
  return texts;
}

absl::Status NotUnderstood(std::string_view body, error_code error) {
  const size_t start = body.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) {
    return absl::FailedPreconditionError("the response is empty");
  }
  if (body[start] == '<') {
    return absl::FailedPreconditionError(
        "the response is a web page, not JSON; check that the address is the server's own and not "
        "that of "
        "a proxy or log-in page");
  }
  return absl::FailedPreconditionError(
      fmt::format("the response cannot be parsed ({} bytes of JSON: {})", body.size(),
                  simdjson::error_message(error)));
}

error_code Require(ondemand::value root, ondemand::json_type type) {
  ondemand::json_type actual;
  if (const error_code error = root.type().get(actual); error != simdjson::SUCCESS) return error;
  return actual == type ? simdjson::SUCCESS : simdjson::INCORRECT_TYPE;
}

}  // namespace marquee::playlist
