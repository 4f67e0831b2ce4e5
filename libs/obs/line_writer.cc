#include "libs/obs/line_writer.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <deque>
#include <optional>
#include <string_view>
#include <utility>

#include "libs/base/mutex.h"

namespace marquee::obs {
namespace {

// False: the descriptor takes no more, for good.
bool WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<size_t>(written));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return false;
    // The program at the other end of a pipe may have made it non-blocking.
    pollfd end{.fd = fd, .events = POLLOUT, .revents = 0};
    poll(&end, 1, -1);
  }
  return true;
}

}  // namespace

struct LineWriter::State {
  State(int descriptor, Notice text, const Counter& counter)
      : fd(fcntl(descriptor, F_DUPFD_CLOEXEC, 0)),
        notice(std::move(text)),
        dropped_total(counter) {}
  ~State() {
    if (fd >= 0) close(fd);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  const int fd;  // ours, since a write to it may hang longer than the caller keeps its own
  const Notice notice;
  const Counter dropped_total;  // not after `abandoned`
  base::Mutex mutex;
  base::CondVar changed;
  std::deque<std::string> lines MARQUEE_GUARDED_BY(mutex);
  size_t bytes MARQUEE_GUARDED_BY(mutex) = 0;
  size_t dropped MARQUEE_GUARDED_BY(mutex) = 0;    // since the last notice
  bool writing MARQUEE_GUARDED_BY(mutex) = false;  // a line that is no longer in `lines`
  bool ending MARQUEE_GUARDED_BY(mutex) = false;
  bool done MARQUEE_GUARDED_BY(mutex) = false;
  bool abandoned MARQUEE_GUARDED_BY(mutex) = false;
};

LineWriter::LineWriter(int fd, const Options& options, Notice notice, Metrics& metrics)
    : options_(options),
      state_(std::make_shared<State>(
          fd, std::move(notice),
          metrics.counter("marquee_log_lines_dropped_total",
                          "Lines of the log that were lost: standard error did not take them."))),
      thread_([state = state_] { Run(state); }) {}

LineWriter::~LineWriter() {
  bool done = false;
  {
    base::MutexLock lock(state_->mutex);
    state_->ending = true;
    state_->changed.NotifyAll();
    const auto until =
        std::chrono::system_clock::now() + absl::ToChronoMilliseconds(options_.flush_within);
    while (!state_->done && state_->changed.WaitUntil(lock, until)) {
    }
    done = state_->done;
    state_->abandoned = true;
  }
  if (done) {
    thread_.join();
  } else {
    thread_.detach();  // hangs in write(2); the end of the process ends it
  }
}

bool LineWriter::Write(std::string line) {
  const base::MutexLock lock(state_->mutex);
  if (state_->lines.size() >= options_.max_lines ||
      state_->bytes + line.size() > options_.max_bytes) {
    ++state_->dropped;
    state_->dropped_total.Add();
    return false;
  }
  // In the place of the lines that are missing.
  if (state_->dropped > 0) {
    state_->lines.push_back(state_->notice(std::exchange(state_->dropped, 0)));
    state_->bytes += state_->lines.back().size();
  }
  state_->bytes += line.size();
  state_->lines.push_back(std::move(line));
  state_->changed.NotifyAll();
  return true;
}

void LineWriter::Flush() {
  base::MutexLock lock(state_->mutex);
  const auto until =
      std::chrono::system_clock::now() + absl::ToChronoMilliseconds(options_.flush_within);
  while (!state_->lines.empty() || state_->writing) {
    if (!state_->changed.WaitUntil(lock, until)) return;
  }
}

void LineWriter::Run(const std::shared_ptr<State>& state) {
  for (;;) {
    std::string line;
    {
      base::MutexLock lock(state->mutex);
      state->writing = false;
      state->changed.NotifyAll();
      while (state->lines.empty() && state->dropped == 0 && !state->ending) {
        state->changed.Wait(lock);
      }
      if (!state->lines.empty()) {
        line = std::move(state->lines.front());
        state->lines.pop_front();
        state->bytes -= line.size();
      } else if (state->dropped > 0) {
        line = state->notice(std::exchange(state->dropped, 0));
      } else {
        state->done = true;
        state->changed.NotifyAll();
        return;
      }
      state->writing = true;
    }
    if (WriteAll(state->fd, line)) continue;
    const base::MutexLock lock(state->mutex);
    if (!state->abandoned) state->dropped_total.Add();
  }
}

}  // namespace marquee::obs
