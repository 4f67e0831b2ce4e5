// libvips is global: this sets it up, once a process, for hostile input on many threads.
#pragma once

#include <absl/status/status.h>

namespace marquee::imageproc {

// Starts libvips with the operation cache off, one thread a picture (the service decodes several
// pictures at once instead), its warnings silenced (they would not be JSON), and every loader
// blocked but those of the types in picture_type.h. Idempotent and thread-safe.
// kInternal: libvips does not start.
absl::Status StartVips();

// Call first on any thread that is to use libvips: what libvips keeps for the thread is freed when
// the thread ends.
void UseVipsOnThisThread();

}  // namespace marquee::imageproc
