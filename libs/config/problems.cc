#include "libs/config/problems.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace marquee::config {
namespace {

constexpr size_t kMaxShown = 3;
constexpr size_t kMaxQuoted = 60;

std::string Shown(std::string_view text) {
  std::string shown;
  for (const char c : text.substr(0, kMaxQuoted)) {
    shown += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  }
  return shown + (text.size() > kMaxQuoted ? "…" : "");
}

}  // namespace

void Problems::Add(std::string_view where, std::string_view what) {
  lines_.push_back(where.empty() ? std::string(what) : fmt::format("{}: {}", where, what));
}

absl::Status Problems::ToStatus() const {
  if (lines_.empty()) return absl::OkStatus();
  const size_t shown = std::min(lines_.size(), kMaxShown);
  std::string text = fmt::format("{}", fmt::join(lines_.begin(), lines_.begin() + shown, "; "));
  if (lines_.size() > shown) text += fmt::format("; and {} more", lines_.size() - shown);
  return absl::InvalidArgumentError(text);
}

std::string Quoted(std::string_view text) { return fmt::format("\"{}\"", Shown(text)); }

std::string ShownKey(std::string_view key) { return Shown(key.substr(0, key.find(':'))); }

}  // namespace marquee::config
