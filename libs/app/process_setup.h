// Settings of the C library and the operating system for this process.
#pragma once

namespace marquee::app {

// Limits the memory overhead of malloc, raises the number of open files to the hard limit, and
// closes its memory to core dumps and to debuggers of the same user, since it holds tokens, keys
// and passwords. Call before creating threads.
void SetUpProcess();

// Core dumps up to the hard limit of the process, and debuggers, after all.
void AllowCoreDumps();

}  // namespace marquee::app
