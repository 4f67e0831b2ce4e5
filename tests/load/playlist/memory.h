// Memory use of this process.
#pragma once

#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

namespace marquee::playlist {

// In MB: VmRSS is the resident memory now, VmHWM the maximum since ResetPeak.
inline double Memory(const char* field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field)) return std::atof(line.c_str() + line.find(':') + 1) / 1024;
  }
  return 0;
}
// In MB: memory allocated and not freed (malloc_info(3)). Resident memory is this plus the
// allocator's free memory.
inline double Allocated() {
  char* text = nullptr;
  size_t size = 0;
  FILE* const out = open_memstream(&text, &size);
  malloc_info(0, out);
  std::fclose(out);
  const std::string info(text, size);
  std::free(text);
  const auto bytes = [&info](const char* what) {
    const size_t at =
        info.find("size=\"", info.rfind(what));  // the last one is the total of all arenas
    return std::atof(info.c_str() + at + 6);
  };
  return (bytes("<system type=\"current\"") - bytes("<total type=\"fast\"") -
          bytes("<total type=\"rest\"") + bytes("<total type=\"mmap\"")) /
         (1 << 20);
}
inline void ResetPeak() { std::ofstream("/proc/self/clear_refs") << "5"; }

}  // namespace marquee::playlist
