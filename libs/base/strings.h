// Debian builds Abseil with its own string_view, which converts neither to nor from
// std::string_view. Project code uses std::string_view; these two convert at calls to Abseil.
#pragma once

#include <absl/status/status.h>
#include <absl/strings/string_view.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace marquee::base {

inline absl::string_view ToAbslView(std::string_view s) { return {s.data(), s.size()}; }
inline std::string_view ToStdView(absl::string_view s) { return {s.data(), s.size()}; }

// The message of a status as a std::string_view; valid as long as the status.
inline std::string_view MessageOf(const absl::Status& status) {
  return ToStdView(status.message());
}

// `status` with `where` in front of its message: `where: message`. OK stays OK.
absl::Status Annotate(const absl::Status& status, std::string_view where);

// Hash and equality for looking up a std::string_view in a map keyed by std::string.
struct StringHash {
  using is_transparent = void;
  size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
};
struct StringEq {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return a == b; }
};

// The candidate with the smallest edit distance to `word` (insert, delete, replace), for "did you
// mean" messages; empty when there is no candidate.
std::string Nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace marquee::base
