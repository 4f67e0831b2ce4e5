#include "services/gateway/routes/core/query_rules.h"

#include <fmt/format.h>

#include <charconv>

#include "services/gateway/http/headers.h"

namespace marquee::gateway {

void QueryRules::Note(std::string_view field, std::string message) {
  errors_.push_back({std::string(field), std::move(message)});
}

std::optional<int> QueryRules::Integer(std::string_view name, int min, int max) {
  const auto text = query_.Get(name);
  if (!text) return std::nullopt;
  int value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (text->empty() || error == std::errc::invalid_argument || end != text->data() + text->size()) {
    Note(name, fmt::format("\"{}\" must be an integer", name));
  } else if (error == std::errc::result_out_of_range || value > max) {
    Note(name, fmt::format("\"{}\" must be less than or equal to {}", name, max));
  } else if (value < min) {
    Note(name, fmt::format("\"{}\" must be greater than or equal to {}", name, min));
  } else {
    return value;
  }
  return std::nullopt;
}

std::optional<double> QueryRules::Number(std::string_view name, double min, double max) {
  const auto text = query_.Get(name);
  if (!text) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  // The comparison is written so that NaN is rejected.
  if (error != std::errc() || end != text->data() + text->size() ||
      !(value >= min && value <= max)) {
    Note(name, fmt::format("\"{}\" must be a number from {} to {}", name, min, max));
    return std::nullopt;
  }
  return value;
}

std::optional<std::string> QueryRules::Text(std::string_view name, size_t max_length) {
  const auto text = query_.Get(name);
  if (!text) return std::nullopt;
  if (text->empty()) {
    Note(name, fmt::format("\"{}\" is not allowed to be empty", name));
  } else if (text->size() > max_length) {
    Note(name, fmt::format("\"{}\" length must be less than or equal to {} characters long", name,
                           max_length));
  } else {
    return std::string(*text);
  }
  return std::nullopt;
}

std::optional<bool> QueryRules::Flag(std::string_view name, bool digits) {
  const auto text = query_.Get(name);
  if (!text) return std::nullopt;
  if (EqualsIgnoreCase(*text, "true") || (digits && *text == "1")) return true;
  if (EqualsIgnoreCase(*text, "false") || (digits && *text == "0")) return false;
  Note(name, fmt::format("\"{}\" must be a boolean", name));
  return std::nullopt;
}

}  // namespace marquee::gateway
