// One decoder process, from its start to its end. Started by posix_spawn, which is safe in a
// program of many threads: nothing of ours runs between fork and exec.
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

// One thread at a time. The process inherits no descriptor but its socket, no environment and no
// signal mask, is in a process group of its own (Ctrl-C is not for it), and ends with its parent at
// the latest when it next reads.
class Child {
 public:
  // Waits at most ten seconds until the process is confined. kInternal says why it is not.
  static absl::StatusOr<std::unique_ptr<Child>> Start(const std::filesystem::path& program,
                                                      uint64_t more_bytes);
  ~Child();  // ends it
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Whether it has not ended yet.
  bool IsAlive() const;

  // Processor time from now on, after which the kernel ends it (RLIMIT_CPU).
  absl::Status AllowTime(absl::Duration cpu);

  // kCancelled, kDeadlineExceeded: by the context; kAborted: it died or sent nonsense. After any
  // error the process is of no more use.
  absl::StatusOr<Reply> Ask(const Request& request, const Descriptor& file,
                            const Descriptor& pixels, const base::CallContext& context,
                            const base::Clock& clock);

  // How it ended ("signal 6 (Aborted)"), for a log. Ends it if it has not.
  std::string End();

 private:
  Child(pid_t pid, Descriptor socket) : pid_(pid), socket_(std::move(socket)) {}
  absl::StatusOr<Reply> Answer(const base::CallContext& context, const base::Clock& clock);

  pid_t pid_;
  Descriptor socket_;
};

}  // namespace marquee::imageproc::sandbox
