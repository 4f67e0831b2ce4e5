#include "libs/obs/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "libs/obs/metrics.h"

namespace marquee::obs {
namespace {

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double ResidentBytes() {
  std::ifstream statm("/proc/self/statm");  // proc(5): size resident …, in pages
  double size = 0;
  double resident = 0;
  statm >> size >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double OpenDescriptors() {
  std::error_code error;
  const std::filesystem::directory_iterator entries("/proc/self/fd", error);
  return error ? 0 : static_cast<double>(std::distance(begin(entries), end(entries)));
}

}  // namespace

void UpdateProcessMetrics(Metrics& metrics) {
  metrics.gauge("process_resident_memory_bytes", "Resident memory size in bytes.")
      .Set(ResidentBytes());
  metrics.gauge("process_open_fds", "Number of open file descriptors.").Set(OpenDescriptors());
  struct rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    metrics.gauge("process_max_fds", "Maximum number of open file descriptors.")
        .Set(static_cast<double>(files.rlim_cur));
  }
  const Counter cpu =
      metrics.counter("process_cpu_seconds_total", "Total user and system CPU time in seconds.");
  cpu.Add(std::max(0.0, CpuSeconds() - cpu.value()));
}

}  // namespace marquee::obs
