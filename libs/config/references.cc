#include "libs/config/references.h"

#include <fmt/format.h>

#include "libs/base/strings.h"

namespace marquee::config {
namespace {

constexpr std::string_view kEnv = "${env:";
constexpr std::string_view kFile = "${file:";
constexpr size_t kMaxSecretBytes = 64 * 1024;

// What stands between `opening` and the closing brace; empty when `text` is nothing of that form.
std::string Inside(std::string_view text, std::string_view opening) {
  if (!text.starts_with(opening) || !text.ends_with('}')) return {};
  return std::string(text.substr(opening.size(), text.size() - opening.size() - 1));
}

}  // namespace

void References::Note(std::string_view text) {
  if (std::string name = Inside(text, kEnv); !name.empty()) variables_.insert(std::move(name));
}

absl::StatusOr<Resolved> References::Resolve(std::string_view text) {
  Note(text);
  if (const std::string name = Inside(text, kEnv); !name.empty()) {
    const auto found = environment_.find(name);
    if (found == environment_.end()) {
      return absl::InvalidArgumentError(
          fmt::format("refers to the environment variable {}, which is not set; set it", name));
    }
    return Resolved{found->second, true};
  }
  if (const std::string path = Inside(text, kFile); !path.empty()) {
    absl::StatusOr<std::string> contents = files_.Read(path, kMaxSecretBytes);
    if (!contents.ok()) {
      return absl::InvalidArgumentError(fmt::format(
          "refers to a file that is missing or unusable: {}", base::MessageOf(contents.status())));
    }
    // Editors and `echo` end a file with a line end that is no part of the secret.
    while (contents->ends_with('\n') || contents->ends_with('\r')) contents->pop_back();
    return Resolved{*std::move(contents), true};
  }
  // A reference inside other text, or half of one, would otherwise be sent somewhere as it stands.
  if (text.find(kEnv) != std::string_view::npos || text.find(kFile) != std::string_view::npos) {
    return absl::InvalidArgumentError(
        "expected a reference to be the whole value: \"${env:NAME}\" or \"${file:/path}\"");
  }
  return Resolved{std::string(text), false};
}

}  // namespace marquee::config
