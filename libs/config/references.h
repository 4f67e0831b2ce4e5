// Resolves references: "${env:NAME}" and "${file:/path}".
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

// Not thread-safe. The constructor's arguments must outlive it.
class References {
 public:
  References(const Environment& environment, files::FileSystem& files)
      : environment_(environment), files_(files) {}

  // Returns `text`, or the value that it references: a variable unchanged, a file of at most 64 KiB
  // without trailing newlines. kInvalidArgument names the missing or wrong part and never shows a
  // value.
  absl::StatusOr<Resolved> Resolve(std::string_view text);

  // Records the variable that `text` references, if any, without reading its value.
  void Note(std::string_view text);

  // The variables recorded so far.
  const std::set<std::string>& variables() const { return variables_; }

 private:
  const Environment& environment_;
  files::FileSystem& files_;
  std::set<std::string> variables_;
};

}  // namespace marquee::config
