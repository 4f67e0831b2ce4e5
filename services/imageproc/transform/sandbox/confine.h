// Restricts the decoder process before it reads untrusted data.
#pragma once

#include <absl/status/status.h>

#include <cstdint>

namespace marquee::imageproc::sandbox {

// Limits the address space to what is mapped now plus `more_bytes` (RLIMIT_AS), forbids core dumps
// and files, and makes the kernel reject (EPERM) every system call except those for memory,
// threads, time and open descriptors: nothing can be opened, connected or executed afterwards
// (seccomp(2)). Call while the process has a single thread. kInternal: the kernel does not support
// it; do not decode then.
absl::Status Confine(uint64_t more_bytes);

}  // namespace marquee::imageproc::sandbox
