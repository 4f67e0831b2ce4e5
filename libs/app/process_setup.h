// Settings of the C library and the operating system for this process.
#pragma once

namespace marquee::app {

// Limits the memory overhead of malloc and raises the number of open files to the hard limit. Call
// before creating threads.
void SetUpProcess();

}  // namespace marquee::app
