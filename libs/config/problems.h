// Collects the errors of a configuration into one line.
#pragma once

#include <absl/status/status.h>

#include <string>
#include <string_view>
#include <vector>

namespace marquee::config {

class Problems {
 public:
  // `where` is the place shown to the user; empty: none.
  void Add(std::string_view where, std::string_view what);

  // OK without problems; else kInvalidArgument with the first three and the number of the others.
  absl::Status ToStatus() const;

 private:
  std::vector<std::string> lines_;
};

// `text` in quotes for a message: one line, cut to 60 characters.
std::string Quoted(std::string_view text);

// An unknown key for a message, without quotes. In `{token:abc}` YAML sees one key "token:abc", so
// the text after a colon may be a secret and is omitted.
std::string ShownKey(std::string_view key);

}  // namespace marquee::config
