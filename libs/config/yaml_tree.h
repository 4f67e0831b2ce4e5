// YAML text as plain values with line numbers. Exceptions of yaml-cpp are converted here.
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
  std::string text;                // of kText: also numbers and true/false
  std::vector<YamlNode> items;     // of kList
  std::vector<YamlEntry> entries;  // of kMap, as written: keys may be duplicated
};

struct YamlEntry {
  std::string key;
  int line = 1;
  YamlNode value;
};

// Parses one document; an empty one is kNull. kInvalidArgument with `name:line: why` for: invalid
// YAML, aliases (a few lines can expand to gigabytes), keys that are not text, more than one
// document, nesting deeper than 16, more than 20,000 values.
absl::StatusOr<YamlNode> ParseYaml(const std::string& text, std::string_view name);

}  // namespace marquee::config
