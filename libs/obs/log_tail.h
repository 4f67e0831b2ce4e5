// The last lines of the log, for the control room and for listeners.
#pragma once

#include <absl/time/time.h>

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "libs/base/listeners.h"
#include "libs/base/mutex.h"
#include "libs/obs/logger.h"

namespace marquee::obs {

// Thread-safe.
class LogTail {
 public:
  struct Line {
    absl::Time at;
    Level level = Level::kInfo;
    std::string message;
    std::string fields;  // members of a JSON object, each after a comma: ,"path":"/a","bytes":7
  };
  struct Options {
    size_t max_lines = 2000;
    // Of message and fields; the fields of a longer line are omitted.
    size_t max_line_bytes = 2048;
  };

  LogTail() : LogTail(Options{}) {}
  explicit LogTail(const Options& options) : options_(options) {}

  void Add(Line line);

  // Lines of at least the severity `minimum`, newest first, without the first `skip` of them.
  std::vector<Line> Newest(Level minimum, size_t skip, size_t limit) const;

  // Calls `listener` with each line, on the thread that logs it, until the guard is destroyed. The
  // listener must not log.
  using Listener = std::function<void(const Line&)>;
  [[nodiscard]] std::shared_ptr<void> Listen(Listener listener);

 private:
  const Options options_;
  mutable base::Mutex mutex_;
  std::deque<Line> lines_ MARQUEE_GUARDED_BY(mutex_);
  base::Listeners<const Listener> listeners_;
};

}  // namespace marquee::obs
