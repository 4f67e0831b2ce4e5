// What is wrong with a configuration, gathered into one line.
#pragma once

#include <absl/status/status.h>

#include <string>
#include <string_view>
#include <vector>

namespace marquee::config {

class Problems {
 public:
  // `where` is empty or tells a person where to look.
  void Add(std::string_view where, std::string_view what);

  // OK without problems; else kInvalidArgument with the first three and the number of the others.
  absl::Status ToStatus() const;

 private:
  std::vector<std::string> lines_;
};

// `text` in quotes for a message: one line, at most 60 characters of it.
std::string Quoted(std::string_view text);

// An unknown key as it may be shown, without quotes. In `{token:abc}` YAML sees one key
// "token:abc", so what follows a colon may be a secret and is left out.
std::string ShownKey(std::string_view key);

}  // namespace marquee::config
