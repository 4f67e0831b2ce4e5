#include "libs/obs/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "libs/obs/memory_limit.h"
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

// Unix time at which this process started; 0 if /proc cannot be read.
double StartTime() {
  std::ifstream stat("/proc/self/stat");
  std::string line;
  std::getline(stat, line);
  // proc(5): the name of the program, in parentheses, may contain anything; starttime is the 20th
  // field after it, in clock ticks since boot.
  std::istringstream fields(line.substr(line.rfind(')') + 1));
  std::string field;
  for (int i = 0; i < 20; ++i) fields >> field;
  std::ifstream system("/proc/stat");
  double boot = 0;
  while (std::getline(system, line)) {
    if (line.starts_with("btime ")) boot = std::atof(line.c_str() + 6);
  }
  if (boot == 0 || !fields) return 0;
  return boot + std::atof(field.c_str()) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double OpenDescriptors() {
  std::error_code error;
  const std::filesystem::directory_iterator entries("/proc/self/fd", error);
  return error ? 0 : static_cast<double>(std::distance(begin(entries), end(entries)));
}

}  // namespace

void UpdateProcessMetrics(Metrics& metrics) {
  static const double start_time = StartTime();
  metrics.gauge("process_resident_memory_bytes", "Resident memory size in bytes.")
      .Set(ResidentBytes());
  metrics
      .gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.")
      .Set(start_time);
  metrics
      .gauge("marquee_memory_limit_bytes",
             "Memory limit of the program's control group (cgroup v2); 0: none.")
      .Set(MemoryLimitBytes("/proc/self/cgroup", "/sys/fs/cgroup"));
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
