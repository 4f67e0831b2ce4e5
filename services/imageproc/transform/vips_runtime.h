// Initialises libvips, which is global, once per process for hostile input on many threads.
#pragma once

#include <absl/status/status.h>

namespace marquee::imageproc {

// Starts libvips with the operation cache off, one thread per image (the service decodes several
// images concurrently instead), its warnings silenced (they would not be JSON), and every loader
// blocked except those of the types in image_type.h. Idempotent and thread-safe. kInternal:
// libvips cannot be initialised.
absl::Status StartVips();

// Call first on any thread that uses libvips: frees libvips' per-thread memory when the thread
// ends.
void UseVipsOnThisThread();

}  // namespace marquee::imageproc
