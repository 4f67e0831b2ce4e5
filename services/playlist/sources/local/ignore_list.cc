#include "services/playlist/sources/local/ignore_list.h"

#include <absl/functional/function_ref.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "services/playlist/model/unicode.h"

namespace marquee::playlist {
namespace {

constexpr std::string_view kBlanks = " \t\r\f\v";

std::string_view Trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// gitignore(5): trailing spaces are ignored unless preceded by `\`.
std::string_view WithoutTrailingBlanks(std::string_view line) {
  while (!line.empty() && kBlanks.find(line.back()) != std::string_view::npos) {
    if (line.size() > 1 && line[line.size() - 2] == '\\') break;
    line.remove_suffix(1);
  }
  return line;
}

void ForEachLine(std::string_view text, absl::FunctionRef<void(std::string_view)> take) {
  const std::string decoded = DecodeText(text);
  for (std::string_view rest = decoded; !rest.empty();) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    take(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

}  // namespace

IgnoreList IgnoreList::ParseGit(std::string_view text) {
  IgnoreList list;
  // Some programs write a line feed to a file that should be empty.
  list.everything_ = text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos;
  ForEachLine(text, [&list](std::string_view line) {
    if (!line.starts_with('#')) list.AddGit(line).IgnoreError();
  });
  return list;
}

IgnoreList IgnoreList::ParsePlex(std::string_view text) {
  IgnoreList list;
  ForEachLine(text, [&list](std::string_view line) { list.AddPlex(Trimmed(line)); });
  return list;
}

absl::StatusOr<IgnoreList> IgnoreList::ParseSetting(const std::vector<std::string>& patterns) {
  IgnoreList list;
  list.fold_case_ = true;
  for (const std::string& pattern : patterns) {
    const absl::Status added = list.AddGit(pattern);
    if (added.ok()) continue;
    return absl::InvalidArgumentError(
        fmt::format("exclude: pattern \"{}\": {}", pattern, base::MessageOf(added)));
  }
  return list;
}

absl::Status IgnoreList::AddGit(std::string_view line) {
  line = WithoutTrailingBlanks(line);
  if (line.empty()) return absl::OkStatus();
  bool ignores = true;
  if (line.starts_with('!')) {
    ignores = false;
    line.remove_prefix(1);
  }
  bool files = true;
  if (line.ends_with('/')) {
    files = false;
    line.remove_suffix(1);
  }
  bool by_name = line.find('/') == std::string_view::npos;
  if (line.starts_with('/')) line.remove_prefix(1);
  MARQUEE_ASSIGN_OR_RETURN(Glob glob, Glob::Parse(line, fold_case_));
  if (rules_.size() < kMaxPatterns) {
    rules_.push_back({.glob = std::move(glob),
                      .ignores = ignores,
                      .folders = true,
                      .files = files,
                      .by_name = by_name});
  }
  return absl::OkStatus();
}

void IgnoreList::AddPlex(std::string_view line) {
  if (line.empty() || line.front() == '#' || line.front() == '/') return;
  if (line.starts_with("\\#")) line.remove_prefix(1);
  const bool by_name = line.find('/') == std::string_view::npos;
  auto glob = Glob::Parse(line, fold_case_);
  if (!glob.ok() || rules_.size() >= kMaxPatterns) return;
  rules_.push_back({.glob = *std::move(glob),
                    .ignores = true,
                    .folders = !by_name,
                    .files = true,
                    .by_name = by_name});
}

std::optional<bool> IgnoreList::Decide(const GlobPath& path, size_t first, bool is_folder) const {
  if (everything_) return true;
  for (auto rule = rules_.rbegin(); rule != rules_.rend(); ++rule) {
    if (!(is_folder ? rule->folders : rule->files)) continue;
    if (rule->glob.MatchesFrom(path, rule->by_name ? path.size() - 1 : first)) {
      return rule->ignores;
    }
  }
  return std::nullopt;
}

}  // namespace marquee::playlist
