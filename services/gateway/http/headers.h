// HTTP header fields, read and written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace marquee::gateway {

// The header of a request, in the order of arrival. Names compare without case.
class HeaderFields {
 public:
  void Add(std::string_view name, std::string_view value);
  // The first field of that name, "" when there is none. Valid until the next change.
  std::string_view Find(std::string_view name) const;
  // The values of all fields of that name, joined by ", " (RFC 9110 section 5.3).
  std::string Combined(std::string_view name) const;

  size_t size() const { return fields_.size(); }
  std::string_view name(size_t index) const;
  std::string_view value(size_t index) const;

 private:
  struct Field {
    uint32_t begin;  // of the name, behind which the value follows
    uint32_t name_bytes;
    uint32_t value_bytes;
  };
  std::string text_;
  std::vector<Field> fields_;
};

// The header of an answer, kept as the very text that goes out, so that a cached answer is sent by
// copying one string. Names compare without case.
class HeaderBlock {
 public:
  // Appends a field. CR, LF and NUL in a value become spaces: no value can start a new line.
  void Add(std::string_view name, std::string_view value);
  // Replaces every field of that name.
  void Set(std::string_view name, std::string_view value);
  // Every field of these names.
  void Remove(std::initializer_list<std::string_view> names);
  // The first field of that name, "" when there is none. Valid until the next change.
  std::string_view Get(std::string_view name) const;
  bool Has(std::string_view name) const;

  // "Name: value\r\n" for each field, without the empty line that ends a header.
  const std::string& text() const { return text_; }

 private:
  struct Found {
    size_t begin;
    size_t end;  // after the CRLF
  };
  // The first field of one of these names from there on.
  bool Locate(std::initializer_list<std::string_view> names, size_t from, Found& found) const;

  std::string text_;
};

// ASCII only, as header names and tokens are.
bool EqualsIgnoreCase(std::string_view a, std::string_view b);
// Without spaces and tabs at both ends.
std::string_view Trim(std::string_view text);

}  // namespace marquee::gateway
