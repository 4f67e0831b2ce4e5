#include "libs/obs/log_tail.h"

#include <algorithm>
#include <utility>

namespace marquee::obs {

void LogTail::Add(Line line) {
  if (line.message.size() + line.fields.size() > options_.max_line_bytes) {
    line.fields = R"(,"shortened":true)";
    line.message.resize(std::min(line.message.size(), options_.max_line_bytes));
  }
  std::vector<std::shared_ptr<const Listener>> listening;
  {
    const base::MutexLock lock(mutex_);
    std::erase_if(listeners_, [&listening](const std::weak_ptr<const Listener>& known) {
      auto listener = known.lock();
      if (listener == nullptr) return true;
      listening.push_back(std::move(listener));
      return false;
    });
    lines_.push_back(line);
    if (lines_.size() > options_.max_lines) lines_.pop_front();
  }
  for (const auto& listener : listening) (*listener)(line);
}

std::vector<LogTail::Line> LogTail::Newest(Level minimum, size_t skip, size_t limit) const {
  std::vector<Line> newest;
  const base::MutexLock lock(mutex_);
  for (auto line = lines_.rbegin(); line != lines_.rend() && newest.size() < limit; ++line) {
    if (line->level < minimum) continue;
    if (skip > 0) {
      --skip;
    } else {
      newest.push_back(*line);
    }
  }
  return newest;
}

std::shared_ptr<void> LogTail::Listen(Listener listener) {
  auto guard = std::make_shared<const Listener>(std::move(listener));
  const base::MutexLock lock(mutex_);
  listeners_.push_back(guard);
  return std::const_pointer_cast<Listener>(guard);
}

}  // namespace marquee::obs
