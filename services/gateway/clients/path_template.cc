#include "services/gateway/clients/path_template.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "services/gateway/http/target.h"

namespace marquee::gateway {
namespace {

// Removes the part before the next `separator` from the front of `text` and returns it.
std::string_view Cut(std::string_view& text, char separator) {
  const size_t end = std::min(text.find(separator), text.size());
  const std::string_view first = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return first;
}

}  // namespace

absl::StatusOr<PathTemplate> PathTemplate::Parse(std::string_view text) {
  PathTemplate parsed;
  if (!text.starts_with('/'))
    return absl::InvalidArgumentError("a path template must begin with a slash");
  const size_t last = text.rfind('/');
  if (const size_t colon = text.rfind(':'); colon != std::string_view::npos && colon > last) {
    parsed.verb_ = text.substr(colon + 1);
    text = text.substr(0, colon);
  }
  text.remove_prefix(1);
  while (!text.empty()) {
    std::string_view segment = Cut(text, '/');
    const bool variable = segment.starts_with('{') && segment.ends_with('}');
    if (variable) segment = segment.substr(1, segment.size() - 2);
    if (segment.empty() || segment.find_first_of("{}=*") != std::string_view::npos) {
      return absl::InvalidArgumentError(
          fmt::format("path template segment \"{}\" is not supported", segment));
    }
    parsed.segments_.push_back({std::string(segment), variable});
  }
  return parsed;
}

std::optional<std::map<std::string, std::string>> PathTemplate::Match(std::string_view path) const {
  if (!path.starts_with('/')) return std::nullopt;
  if (!verb_.empty()) {
    if (path.size() <= verb_.size() || !path.ends_with(verb_) ||
        path[path.size() - verb_.size() - 1] != ':') {
      return std::nullopt;
    }
    path.remove_suffix(verb_.size() + 1);
  }
  path.remove_prefix(1);
  std::map<std::string, std::string> values;
  for (const Segment& expected : segments_) {
    if (path.empty()) return std::nullopt;
    const std::string_view segment = Cut(path, '/');
    if (!expected.variable) {
      if (segment != expected.text) return std::nullopt;
      continue;
    }
    // A colon starts a verb; inside a value it must be percent-encoded.
    if (segment.empty() || segment.find(':') != std::string_view::npos) return std::nullopt;
    auto value = PercentDecode(segment, /*plus_is_space=*/false);
    if (!value.ok()) return std::nullopt;
    values.emplace(expected.text, *std::move(value));
  }
  if (!path.empty()) return std::nullopt;
  return values;
}

std::vector<std::string> PathTemplate::variables() const {
  std::vector<std::string> names;
  for (const Segment& segment : segments_) {
    if (segment.variable) names.push_back(segment.text);
  }
  return names;
}

}  // namespace marquee::gateway
