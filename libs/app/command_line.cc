#include "libs/app/command_line.h"

#include <fmt/format.h>

#include <algorithm>

#include "libs/base/strings.h"

namespace marquee::app {
namespace {

absl::Status UnknownFlag(std::string_view name, const std::vector<Flag>& flags) {
  std::vector<std::string> known;
  known.reserve(flags.size());
  for (const Flag& flag : flags) known.push_back("--" + flag.name);
  return absl::InvalidArgumentError(fmt::format("unknown flag {}; the nearest valid one is {}",
                                                name, base::Nearest(name, known)));
}

}  // namespace

absl::StatusOr<CommandLine> CommandLine::Parse(const std::vector<std::string>& arguments,
                                               const std::vector<Flag>& flags) {
  CommandLine line;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    const size_t equals = argument.find('=');
    const std::string_view name = argument.substr(0, equals);
    if (!name.starts_with('-')) {
      return absl::InvalidArgumentError(
          fmt::format("unexpected argument \"{}\"; see --help", argument));
    }
    const auto flag = std::ranges::find_if(flags, [&](const Flag& known) {
      return name.starts_with("--") && name.substr(2) == known.name;
    });
    if (flag == flags.end()) return UnknownFlag(name, flags);
    if (line.has(flag->name) && !flag->repeatable) {
      return absl::InvalidArgumentError(fmt::format("{} is given twice; remove one", name));
    }

    std::vector<std::string>& values = line.values_[flag->name];
    if (flag->value.empty()) {
      if (equals != std::string_view::npos) {
        return absl::InvalidArgumentError(fmt::format("{} takes no value", name));
      }
    } else if (equals != std::string_view::npos) {
      values.emplace_back(argument.substr(equals + 1));
    } else if (i + 1 < arguments.size() && !arguments[i + 1].starts_with("--")) {
      values.push_back(arguments[++i]);
    } else {
      return absl::InvalidArgumentError(
          fmt::format("{} needs a value; write {} {}", name, name, flag->value));
    }
  }
  return line;
}

std::vector<std::string> CommandLine::values(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

std::string CommandLine::value(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() || found->second.empty() ? std::string() : found->second.back();
}

std::string HelpText(std::string_view program, std::string_view summary,
                     const std::vector<Flag>& flags) {
  std::string text = fmt::format("{}: {}\n\nusage: {} [flags]\n\n", program, summary, program);
  for (const Flag& flag : flags) {
    const std::string form = flag.value.empty() ? flag.name : flag.name + " " + flag.value;
    text += fmt::format("  --{:<20} {}{}\n", form, flag.help,
                        flag.repeatable ? " (may be given several times)" : "");
  }
  return text;
}

}  // namespace marquee::app
