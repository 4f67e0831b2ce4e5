#include "services/gateway/http/headers.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace marquee::gateway {
namespace {

constexpr size_t kUsualBytes = 512;
constexpr size_t kUsualFields = 12;

bool BreaksLine(char c) { return c == '\r' || c == '\n' || c == '\0'; }

// Whether any byte is below 0x20, testing eight bytes at a time (Bit Twiddling Hacks,
// "haslessthan"): subtracting 0x20 from such a byte borrows and sets its high bit, which was not
// set before.
bool HasControl(std::string_view text) {
  constexpr uint64_t kEach = 0x0101010101010101;
  const auto has = [](uint64_t eight) {
    return ((eight - kEach * 0x20) & ~eight & kEach * 0x80) != 0;
  };
  uint64_t eight = 0;
  for (; text.size() >= sizeof eight; text.remove_prefix(sizeof eight)) {
    std::memcpy(&eight, text.data(), sizeof eight);
    if (has(eight)) return true;
  }
  eight = kEach * 0x20;
  std::memcpy(&eight, text.data(), text.size());
  return has(eight);
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  // The exact comparison comes first: most clients write a name in the same case.
  return a == b || std::equal(a.begin(), a.end(), b.begin(),
                              [](char x, char y) { return Lower(x) == Lower(y); });
}

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

void HeaderFields::Add(std::string_view name, std::string_view value) {
  if (fields_.empty()) {
    fields_.reserve(kUsualFields);
    text_.reserve(kUsualBytes);
  }
  fields_.push_back({.begin = static_cast<uint32_t>(text_.size()),
                     .name_bytes = static_cast<uint32_t>(name.size()),
                     .value_bytes = static_cast<uint32_t>(value.size())});
  text_.append(name).append(value);
}

std::string_view HeaderFields::name(size_t index) const {
  const Field& field = fields_[index];
  return std::string_view(text_).substr(field.begin, field.name_bytes);
}

std::string_view HeaderFields::value(size_t index) const {
  const Field& field = fields_[index];
  return std::string_view(text_).substr(field.begin + field.name_bytes, field.value_bytes);
}

std::string_view HeaderFields::Find(std::string_view wanted) const {
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (EqualsIgnoreCase(name(i), wanted)) return value(i);
  }
  return {};
}

std::string HeaderFields::Combined(std::string_view wanted) const {
  std::string all;
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (!EqualsIgnoreCase(name(i), wanted)) continue;
    if (!all.empty()) all += ", ";
    all += value(i);
  }
  return all;
}

void HeaderBlock::Add(std::string_view name, std::string_view value) {
  if (text_.empty()) text_.reserve(kUsualBytes);
  const bool may_break =
      HasControl(value);  // computed first, because `value` may point into the text that moves
  text_.append(name).append(": ").append(value);
  if (may_break) {
    const auto begin = text_.end() - static_cast<std::ptrdiff_t>(value.size());
    std::replace_if(begin, text_.end(), BreaksLine, ' ');
  }
  text_ += "\r\n";
}

void HeaderBlock::Set(std::string_view name, std::string_view value) {
  Remove({name});
  Add(name, value);
}

void HeaderBlock::Remove(std::initializer_list<std::string_view> names) {
  Found found{};
  size_t from = 0;
  while (Locate(names, from, found)) {
    text_.erase(found.begin, found.end - found.begin);
    from = found.begin;
  }
}

std::string_view HeaderBlock::Get(std::string_view name) const {
  Found found{};
  if (!Locate({name}, 0, found)) return {};
  const size_t value = found.begin + name.size() + 2;
  return std::string_view(text_).substr(value, found.end - 2 - value);
}

bool HeaderBlock::Has(std::string_view name) const {
  Found found{};
  return Locate({name}, 0, found);
}

bool HeaderBlock::Locate(std::initializer_list<std::string_view> names, size_t from,
                         Found& found) const {
  const std::string_view text(text_);
  while (from < text.size()) {
    const size_t end = text.find('\n', from) + 1;
    const std::string_view line = text.substr(from, end - 2 - from);
    for (const std::string_view name : names) {
      if (line.size() > name.size() && line[name.size()] == ':' &&
          EqualsIgnoreCase(line.substr(0, name.size()), name)) {
        found = {from, end};
        return true;
      }
    }
    from = end;
  }
  return false;
}

}  // namespace marquee::gateway
