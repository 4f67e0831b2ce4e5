#include "libs/config/references.h"

#include <fmt/format.h>

#include "libs/base/strings.h"

namespace marquee::config {
namespace {

constexpr std::string_view kEnv = "${env:";
constexpr std::string_view kFile = "${file:";
constexpr size_t kMaxSecretBytes = 64 * 1024;

// The text between `opening` and the closing brace; empty if `text` does not have that form.
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
          fmt::format("references the environment variable {}, which is not set; set it", name));
    }
    return Resolved{found->second, true};
  }
  if (const std::string path = Inside(text, kFile); !path.empty()) {
    absl::StatusOr<std::string> contents = files_.Read(path, kMaxSecretBytes);
    if (!contents.ok()) {
      return absl::InvalidArgumentError(fmt::format(
          "references a file that is missing or unusable: {}", base::MessageOf(contents.status())));
    }
    // Editors and `echo` append a newline that is not part of the secret.
    while (contents->ends_with('\n') || contents->ends_with('\r')) contents->pop_back();
    return Resolved{*std::move(contents), true};
  }
  // A reference inside other text, or a part of one, would otherwise be used literally.
  if (text.find(kEnv) != std::string_view::npos || text.find(kFile) != std::string_view::npos) {
    return absl::InvalidArgumentError(
        "expected a reference to be the whole value: \"${env:NAME}\" or \"${file:/path}\"");
  }
  return Resolved{std::string(text), false};
}

}  // namespace marquee::config
