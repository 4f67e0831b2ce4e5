// The process_* metrics that Prometheus client libraries export by convention
// (https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics).
#pragma once

namespace marquee::obs {

class Metrics;

// Reads /proc/self and sets process_resident_memory_bytes, process_cpu_seconds_total and
// process_open_fds. A value that cannot be read is not changed.
void UpdateProcessMetrics(Metrics& metrics);

}  // namespace marquee::obs
