#include "libs/testing/capturing_logger.h"

#include <fmt/format.h>

#include <algorithm>

namespace marquee::testing {

void CapturingLogger::Log(obs::Level level, std::string_view message, obs::Fields fields) {
  constexpr std::string_view kNames[] = {"debug", "info", "warn", "error"};
  std::string line = fmt::format("{} {}", kNames[static_cast<size_t>(level)], message);
  for (const obs::Field& field : fields) {
    std::visit([&](const auto& value) { line += fmt::format(" {}={}", field.key, value); },
               field.value);
  }
  const base::MutexLock lock(mutex_);
  lines_.push_back(std::move(line));
}

std::vector<std::string> CapturingLogger::lines() const {
  const base::MutexLock lock(mutex_);
  return lines_;
}

size_t CapturingLogger::Count(std::string_view text) const {
  const base::MutexLock lock(mutex_);
  return static_cast<size_t>(std::ranges::count_if(
      lines_, [&](const std::string& line) { return line.find(text) != std::string::npos; }));
}

}  // namespace marquee::testing
