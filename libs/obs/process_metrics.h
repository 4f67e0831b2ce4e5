// The process_* metrics that Prometheus client libraries export by convention
// (https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics).
#pragma once

namespace marquee::obs {

class Metrics;

// Reads /proc/self and sets process_resident_memory_bytes, process_cpu_seconds_total,
// process_start_time_seconds, process_open_fds and process_max_fds, and
// marquee_memory_limit_bytes (memory_limit.h). A value that cannot be read is 0.
void UpdateProcessMetrics(Metrics& metrics);

}  // namespace marquee::obs
