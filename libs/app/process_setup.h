// What the operating system and the C library are told before anything else runs.
#pragma once

namespace marquee::app {

// Memory given back soon, and as many open files as the system allows. Before any thread.
void SetUpProcess();

}  // namespace marquee::app
