// The flags of a program, declared in a table. Not getopt_long, which keeps its state in global
// variables and accepts any unambiguous prefix of a flag, so that a new flag could break an
// existing script.
#pragma once

#include <absl/status/statusor.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace marquee::app {

struct Flag {
  std::string name = {};     // "data-dir", given as --data-dir
  std::string value = {};    // placeholder of its value in the help, "DIR"; empty: a switch
  std::string help = {};     // one line
  std::string setting = {};  // the setting it overrides, "data_dir"; empty: none
  bool repeatable = false;
};

class CommandLine {
 public:
  // `arguments`: the arguments after the program's name. --name VALUE and --name=VALUE are the
  // same; a value that begins with -- needs the second form. kInvalidArgument: one line that names
  // the error and, for an unknown flag, the nearest valid one.
  static absl::StatusOr<CommandLine> Parse(const std::vector<std::string>& arguments,
                                           const std::vector<Flag>& flags);

  bool has(std::string_view name) const { return values_.contains(name); }
  // All values in the order given; empty when the flag was not given.
  std::vector<std::string> values(std::string_view name) const;
  // The value of a flag that is not repeatable; empty when it was not given.
  std::string value(std::string_view name) const;

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

// The text of --help, ending with a newline.
std::string HelpText(std::string_view program, std::string_view summary,
                     const std::vector<Flag>& flags);

}  // namespace marquee::app
