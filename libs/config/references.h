// Values that stand elsewhere: "${env:NAME}" and "${file:/path}".
#pragma once

#include <absl/status/statusor.h>

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "libs/files/file_system.h"

namespace marquee::config {

using Environment = std::map<std::string, std::string>;

struct Resolved {
  std::string text;
  bool was_reference = false;
};

// Not thread-safe. What it is made from must outlive it.
class References {
 public:
  References(const Environment& environment, files::FileSystem& files)
      : environment_(environment), files_(files) {}

  // `text` itself, or what it refers to: a variable as it is, a file of at most 64 KiB without the
  // line end at its end. kInvalidArgument says what is missing or wrong and never shows a value.
  absl::StatusOr<Resolved> Resolve(std::string_view text);

  // Notes the variable that `text` names, if it does, without asking for its value.
  void Note(std::string_view text);

  // The variables named so far.
  const std::set<std::string>& variables() const { return variables_; }

 private:
  const Environment& environment_;
  files::FileSystem& files_;
  std::set<std::string> variables_;
};

}  // namespace marquee::config
