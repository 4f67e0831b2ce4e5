// Settings of the C library and the operating system for this process.
#pragma once

namespace marquee::app {

// Limits the memory overhead of malloc, raises the number of open files to the hard limit, and
// turns core dumps off, since the memory of every program holds tokens, keys and passwords. Call
// before creating threads.
void SetUpProcess();

// Core dumps up to the hard limit of the process after all.
void AllowCoreDumps();

}  // namespace marquee::app
