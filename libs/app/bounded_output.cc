#include "libs/app/bounded_output.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstddef>

namespace marquee::app {

bool WriteWithPatience(int fd, std::string_view text, absl::Duration patience) {
  const int wait_ms = static_cast<int>(absl::ToInt64Milliseconds(patience));
  while (!text.empty()) {
    pollfd end{.fd = fd, .events = POLLOUT, .revents = 0};
    const int ready = poll(&end, 1, wait_ms);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0 || (end.revents & POLLOUT) == 0) return false;
    // A pipe that is ready takes so much without making its writer wait (pipe(7)).
    const ssize_t written = write(fd, text.data(), std::min<size_t>(text.size(), PIPE_BUF));
    if (written < 0 && errno != EINTR && errno != EAGAIN) return false;
    if (written > 0) text.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

}  // namespace marquee::app
