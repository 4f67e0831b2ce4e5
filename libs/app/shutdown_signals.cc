#include "libs/app/shutdown_signals.h"

#include <unistd.h>

#include <csignal>

namespace marquee::app {
namespace {

sigset_t EndSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

// _exit is async-signal-safe (signal-safety(7)).
void EndNow(int signal) { _exit(128 + signal); }

}  // namespace

ShutdownSignals::ShutdownSignals() {
  const sigset_t signals = EndSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, nullptr);
}

int ShutdownSignals::Wait(std::optional<absl::Duration> every,
                          const std::function<void()>& tick) const {
  const sigset_t signals = EndSignals();
  int first = -1;
  if (every) {
    const timespec interval = absl::ToTimespec(*every);
    // -1: the interval has passed (EAGAIN) or another signal arrived (EINTR); tick in both cases.
    while ((first = sigtimedwait(&signals, nullptr, &interval)) < 0) tick();
  } else {
    while (sigwait(&signals, &first) != 0) {
    }
  }
  struct sigaction end_now{};
  end_now.sa_handler = EndNow;
  sigaction(SIGTERM, &end_now, nullptr);
  sigaction(SIGINT, &end_now, nullptr);
  // Unblocked only on this thread; all others keep them blocked, so this one is interrupted even if
  // it hangs.
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  return first;
}

}  // namespace marquee::app
