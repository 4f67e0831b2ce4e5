// Request ids for error bodies and log lines.
#pragma once

#include <cstdint>

namespace marquee::gateway {

// Unique within a process. The values look random so that they do not reveal the number of
// requests; they are not secret. Thread-safe.
uint64_t NextRequestId();

}  // namespace marquee::gateway
