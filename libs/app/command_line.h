// The flags of a program, declared in a table. Of our own rather than getopt_long, which keeps its
// place in global variables and takes any unambiguous beginning of a flag for the flag, so that
// tomorrow's new flag would break today's script.
#pragma once

#include <absl/status/statusor.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace marquee::app {

struct Flag {
  std::string name = {};     // "data-dir", given as --data-dir
  std::string value = {};    // what the help calls its value, "DIR"; empty: a switch without one
  std::string help = {};     // a line
  std::string setting = {};  // the setting it overrides, "data_dir"; empty: the program asks for it
  bool repeatable = false;
};

class CommandLine {
 public:
  // `arguments`: what follows the program's name. --name VALUE and --name=VALUE are the same; a
  // value that begins with -- needs the second form. kInvalidArgument: one line on what is wrong,
  // with the nearest valid flag for an unknown one.
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

// What --help prints, ending with a line end.
std::string HelpText(std::string_view program, std::string_view summary,
                     const std::vector<Flag>& flags);

}  // namespace marquee::app
