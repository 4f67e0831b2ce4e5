// What the decoder process may no longer do from here on.
#pragma once

#include <absl/status/status.h>

#include <cstdint>

namespace marquee::imageproc::sandbox {

// Limits the address space to what is mapped now and `more_bytes` (RLIMIT_AS), forbids core dumps
// and files, and lets the kernel refuse (EPERM) every system call but those of memory, threads,
// time and the descriptors that are open: nothing is opened, connected or executed any more
// (seccomp(2)). Call on the only thread. kInternal: the kernel does not take it; nothing must be
// decoded then.
absl::Status Confine(uint64_t more_bytes);

}  // namespace marquee::imageproc::sandbox
