// HTTP header fields of requests and responses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace marquee::gateway {

// The header fields of a request, in the order received. Names compare case-insensitively.
class HeaderFields {
 public:
  void Add(std::string_view name, std::string_view value);
  // The first field with that name, "" if there is none. Valid until the next change.
  std::string_view Find(std::string_view name) const;
  // The values of all fields with that name, joined by ", " (RFC 9110 section 5.3).
  std::string Combined(std::string_view name) const;

  size_t size() const { return fields_.size(); }
  std::string_view name(size_t index) const;
  std::string_view value(size_t index) const;

 private:
  struct Field {
    uint32_t begin;  // offset of the name; the value follows it
    uint32_t name_bytes;
    uint32_t value_bytes;
  };
  std::string text_;
  std::vector<Field> fields_;
};

// The header fields of a response, stored as the exact text that is sent, so that a cached response
// is sent by copying one string. Names compare case-insensitively.
class HeaderBlock {
 public:
  // Appends a field. CR, LF and NUL in a value become spaces: no value can start a new line.
  void Add(std::string_view name, std::string_view value);
  // Replaces all fields with that name.
  void Set(std::string_view name, std::string_view value);
  // Removes all fields with these names.
  void Remove(std::initializer_list<std::string_view> names);
  // The first field with that name, "" if there is none. Valid until the next change.
  std::string_view Get(std::string_view name) const;
  bool Has(std::string_view name) const;

  // "Name: value\r\n" for each field, without the empty line that ends a header.
  const std::string& text() const { return text_; }

 private:
  struct Found {
    size_t begin;
    size_t end;  // after the CRLF
  };
  // The first field with one of these names at or after `from`.
  bool Locate(std::initializer_list<std::string_view> names, size_t from, Found& found) const;

  std::string text_;
};

// Compares ASCII letters only, which is enough for header names and tokens.
bool EqualsIgnoreCase(std::string_view a, std::string_view b);
// `text` without leading and trailing spaces and tabs.
std::string_view Trim(std::string_view text);

}  // namespace marquee::gateway
