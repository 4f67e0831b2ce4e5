// One decoder process, from start to exit. Uses posix_spawn, which is safe in a multi-threaded
// program: none of our code runs between fork and exec.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "services/imageproc/transform/sandbox/descriptor.h"
#include "services/imageproc/transform/sandbox/messages.h"

namespace marquee::imageproc::sandbox {

// Not thread-safe. The process inherits no descriptor except its socket, no environment and no
// signal mask. It is in its own process group (Ctrl-C does not reach it) and exits at its next read
// after its parent exits.
class Child {
 public:
  // Waits at most 10 s until the process is confined. kInternal: it could not be started or
  // confined; the message says why.
  static absl::StatusOr<std::unique_ptr<Child>> Start(const std::filesystem::path& program,
                                                      uint64_t more_bytes);
  ~Child();  // kills the process
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Whether the process is still running.
  bool IsAlive() const;

  // Processor time from now after which the kernel kills the process (RLIMIT_CPU).
  absl::Status AllowTime(absl::Duration cpu);

  // kCancelled, kDeadlineExceeded: from the context. kAborted: the process died or sent an invalid
  // reply. Discard the process after any error.
  absl::StatusOr<Reply> Ask(const Request& request, const Descriptor& file,
                            const Descriptor& pixels, const base::CallContext& context,
                            const base::Clock& clock);

  // How the process ended ("signal 6 (Aborted)"), for a log. Kills it if it is still running.
  std::string End();

 private:
  Child(pid_t pid, Descriptor socket) : pid_(pid), socket_(std::move(socket)) {}
  absl::StatusOr<Reply> Answer(const base::CallContext& context, const base::Clock& clock);

  pid_t pid_;
  Descriptor socket_;
};

}  // namespace marquee::imageproc::sandbox
