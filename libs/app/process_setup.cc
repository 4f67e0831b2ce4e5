#include "libs/app/process_setup.h"

#include <malloc.h>
#include <sys/resource.h>

namespace marquee::app {
namespace {

void TameMalloc() {
  // NOLINTBEGIN(concurrency-mt-unsafe): there are no threads yet
  // glibc makes up to 8 arenas a core, and what one thread frees in its arena no other can use:
  // with pictures passing from thread to thread that is resident memory many times what is in use.
  mallopt(M_ARENA_MAX, 2);
  // What is made of a picture is a few buffers of 0.3 to 4 MiB, again and again. Mapped each by
  // itself they cost a fifth of the processor time of a poster, in page faults; left alone the
  // threshold would grow to 32 MiB with the first large free, and leave holes of that size.
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
  // Free memory above this at the end of the heap is given back.
  mallopt(M_TRIM_THRESHOLD, 8 << 20);
  // NOLINTEND(concurrency-mt-unsafe)
}

void RaiseFileLimit() {
  // The customary 1,024 open files are a thousand displays; the hard limit is the administrator's
  // word. Failing changes nothing.
  struct rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace

void SetUpProcess() {
  TameMalloc();
  RaiseFileLimit();
}

}  // namespace marquee::app
