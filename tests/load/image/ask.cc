#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <sstream>
#include <thread>

#include "tests/load/image/client.h"
#include "tests/load/image/commands.h"

namespace marquee::imageload {
namespace {

// User and system time of a process (proc(5): fields 14 and 15 of stat).
double ProcessorSecondsOf(const std::string& pid) {
  const std::string stat = ReadFile("/proc/" + pid + "/stat");
  std::istringstream fields(stat.substr(stat.rfind(')') + 2));
  std::string skipped;
  for (int i = 3; i < 14; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

// Requests originals with numbers below `count` from several threads; returns how many succeeded.
int AskAll(const ImageClient& client, const std::string& path, imageproc::v1::Format format,
           int threads, int count, int width, int height) {
  std::atomic<int> next = 0;
  std::atomic<int> came = 0;
  std::vector<std::jthread> workers;
  for (int i = 0; i < threads; ++i) {
    workers.emplace_back([&] {
      for (int number = next++; number < count; number = next++) {
        const Answer answer = client.Get(
            ImageClient::Request(path + "?" + std::to_string(number), width, height, format));
        if (answer.status.ok() && answer.header.tier() == imageproc::v1::TIER_ORIGIN) ++came;
      }
    });
  }
  workers.clear();
  return came;
}

}  // namespace

int AskForImages(Arguments arguments) {
  using Time = std::chrono::steady_clock;
  const std::string& pid = arguments[1];
  const ImageClient client(arguments[0]);
  const auto format =
      arguments[2] == "webp" ? imageproc::v1::FORMAT_WEBP : imageproc::v1::FORMAT_JPEG;
  const int threads = std::stoi(arguments[3]);
  const int count = std::stoi(arguments[4]);
  const std::string& path = arguments[5];
  // Fetches first, so that only transforming and sending is measured.
  AskAll(client, path, format, threads, count, 16, 24);
  const double processor_before = ProcessorSecondsOf(pid);
  const auto began = Time::now();
  const int came = AskAll(client, path, format, threads, count, 600, 900);
  const double seconds = std::chrono::duration<double>(Time::now() - began).count();
  std::printf("{\"cpu_ms\": %.3f, \"per_second\": %.2f, \"came\": %d}\n",
              (ProcessorSecondsOf(pid) - processor_before) * 1000 / count, came / seconds, came);
  return came == count ? 0 : 1;
}

}  // namespace marquee::imageload
