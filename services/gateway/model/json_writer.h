// Writes JSON text directly into a string, field by field, for bodies that are large or frequent.
// Small or parsed JSON uses Boost.JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace marquee::gateway {

// Appends `text` in quotes, escaped (RFC 8259 section 7).
void AppendJsonText(std::string& out, std::string_view text);

// The fields of one object: JsonObject o(out); o.Text("title", t); o.Close();
class JsonObject {
 public:
  explicit JsonObject(std::string& out) : out_(out) { out_ += '{'; }

  // Each writes `"name":value`. The …IfAny forms omit empty and zero values.
  void Text(std::string_view name, std::string_view value);
  void TextIfAny(std::string_view name, std::string_view value);
  void Integer(std::string_view name, int64_t value);
  void IntegerIfAny(std::string_view name, int64_t value);
  void Number(std::string_view name, double value);
  void Bool(std::string_view name, bool value);
  void ListIfAny(std::string_view name, const std::vector<std::string>& values);
  // `json` must be a valid JSON value.
  void Raw(std::string_view name, std::string_view json);
  // Writes the name; the caller appends the value to the string itself.
  void Name(std::string_view name);

  void Close() { out_ += '}'; }

 private:
  std::string& out_;
  bool first_ = true;
};

}  // namespace marquee::gateway
