// Names of requests, for error bodies and log lines.
#pragma once

#include <cstdint>

namespace marquee::gateway {

// Never the same twice in a process. Looks random, so that nobody reads a request count off it;
// it is no secret. Thread-safe.
uint64_t NextRequestId();

}  // namespace marquee::gateway
