// YAML text as plain values with line numbers. yaml-cpp and its exceptions end here.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>
#include <vector>

namespace marquee::config {

struct YamlEntry;

struct YamlNode {
  enum class Kind { kNull, kText, kList, kMap };
  Kind kind = Kind::kNull;
  int line = 1;                    // counted from 1
  std::string text;                // of kText: numbers and true/false, too
  std::vector<YamlNode> items;     // of kList
  std::vector<YamlEntry> entries;  // of kMap, as written: a key may stand here twice
};

struct YamlEntry {
  std::string key;
  int line = 1;
  YamlNode value;
};

// One document; an empty one is kNull. Refused with kInvalidArgument and `name:line: why`: what is
// not YAML, aliases (a few lines of them can stand for gigabytes), keys that are not text, more
// than one document, nesting deeper than 16, more than 20,000 values.
absl::StatusOr<YamlNode> ParseYaml(const std::string& text, std::string_view name);

}  // namespace marquee::config
