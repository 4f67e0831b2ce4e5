#include "libs/app/process_setup.h"

#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace marquee::app {
namespace {

void LimitMallocOverhead() {
  // NOLINTBEGIN(concurrency-mt-unsafe): there are no threads yet
  // glibc creates up to 8 arenas per core, and memory freed in one thread's arena cannot be reused
  // by threads of other arenas. Images pass from thread to thread, so resident memory would grow to
  // many times the memory in use.
  mallopt(M_ARENA_MAX, 2);
  // Images are processed in a few buffers of 0.3 to 4 MiB that are allocated again and again. With
  // mmap for each of them, page faults take a fifth of the processor time of a poster. Without a
  // fixed value the threshold grows to 32 MiB with the first large free and leaves holes of that
  // size.
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
  // Free memory above this size at the end of the heap is returned to the system.
  mallopt(M_TRIM_THRESHOLD, 8 << 20);
  // NOLINTEND(concurrency-mt-unsafe)
}

void RaiseFileLimit() {
  // The usual soft limit of 1,024 open files is enough for about a thousand displays. The hard
  // limit is set by the administrator. A failure leaves the soft limit unchanged.
  struct rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

// Only the soft limit, so that AllowCoreDumps and children can raise it again.
void LimitCoreDumps(bool allow) {
  struct rlimit core{};
  if (getrlimit(RLIMIT_CORE, &core) != 0) return;
  core.rlim_cur = allow ? core.rlim_max : 0;
  setrlimit(RLIMIT_CORE, &core);
  // Without it a core_pattern that is a pipe gets the dump whatever the limit, and processes of the
  // same user read the memory with ptrace(2). /proc/self/fd stays readable for the process itself.
  prctl(PR_SET_DUMPABLE, allow ? 1 : 0, 0, 0, 0);
}

}  // namespace

void AllowCoreDumps() { LimitCoreDumps(true); }

void SetUpProcess() {
  LimitMallocOverhead();
  RaiseFileLimit();
  LimitCoreDumps(false);
}

}  // namespace marquee::app
