#include "services/gateway/model/json_writer.h"

#include <fmt/format.h>

#include <iterator>

#include "libs/obs/json_text.h"

namespace marquee::gateway {

void AppendJsonText(std::string& out, std::string_view text) { obs::AppendJsonString(out, text); }

void JsonObject::Name(std::string_view name) {
  if (!first_) out_ += ',';
  first_ = false;
  out_ += '"';
  out_ += name;  // field names are constants that need no escaping
  out_ += "\":";
}

void JsonObject::Text(std::string_view name, std::string_view value) {
  Name(name);
  AppendJsonText(out_, value);
}

void JsonObject::TextIfAny(std::string_view name, std::string_view value) {
  if (!value.empty()) Text(name, value);
}

void JsonObject::Integer(std::string_view name, int64_t value) {
  Name(name);
  fmt::format_to(std::back_inserter(out_), "{}", value);
}

void JsonObject::IntegerIfAny(std::string_view name, int64_t value) {
  if (value != 0) Integer(name, value);
}

void JsonObject::Number(std::string_view name, double value) {
  Name(name);
  // The shortest text that parses to the same number; 7.0 is written as 7, as in JavaScript.
  const std::string text = fmt::format("{}", value);
  out_ += text.ends_with(".0") ? std::string_view(text).substr(0, text.size() - 2)
                               : std::string_view(text);
}

void JsonObject::Bool(std::string_view name, bool value) {
  Name(name);
  out_ += value ? "true" : "false";
}

void JsonObject::ListIfAny(std::string_view name, const std::vector<std::string>& values) {
  if (values.empty()) return;
  Name(name);
  out_ += '[';
  for (size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out_ += ',';
    AppendJsonText(out_, values[i]);
  }
  out_ += ']';
}

void JsonObject::Raw(std::string_view name, std::string_view json) {
  Name(name);
  out_ += json;
}

}  // namespace marquee::gateway
