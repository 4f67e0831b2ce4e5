#include "libs/obs/log_tail.h"

#include <algorithm>
#include <utility>

namespace marquee::obs {

void LogTail::Add(Line line) {
  if (line.message.size() + line.fields.size() > options_.max_line_bytes) {
    line.fields = R"(,"shortened":true)";
    line.message.resize(std::min(line.message.size(), options_.max_line_bytes));
  }
  {
    const base::MutexLock lock(mutex_);
    lines_.push_back(line);
    if (lines_.size() > options_.max_lines) lines_.pop_front();
  }
  listeners_.Each([&line](const Listener& listener) { listener(line); });
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
  return listeners_.Add(std::make_shared<const Listener>(std::move(listener)));
}

}  // namespace marquee::obs
