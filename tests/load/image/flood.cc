#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <map>
#include <thread>

#include "libs/base/mutex.h"
#include "tests/load/image/client.h"
#include "tests/load/image/commands.h"

namespace marquee::imageload {
namespace {

double Percentile(std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(share * static_cast<double>(values.size() - 1))];
}

}  // namespace

int FloodWithImages(Arguments arguments) {
  using Time = std::chrono::steady_clock;
  const ImageClient client(arguments[0]);
  const int threads = std::stoi(arguments[1]);
  const double rate = std::stod(arguments[2]);
  const auto span = std::chrono::duration<double>(std::stod(arguments[3]));
  const Arguments paths = arguments.subspan(4);
  // Different from those of an earlier flood.
  const std::string run = std::to_string(Time::now().time_since_epoch().count());

  std::atomic<int> next = 0;
  base::Mutex mutex;
  std::map<std::string, int> codes;
  std::map<std::string, int> came_of;
  std::vector<double> refusals_ms;
  int came = 0;
  const auto began = Time::now();
  std::vector<std::jthread> workers;
  for (int i = 0; i < threads; ++i) {
    workers.emplace_back([&] {
      while (Time::now() - began < span) {
        const auto number = static_cast<size_t>(next++);
        if (rate > 0) {
          const std::chrono::duration<double> due(static_cast<double>(number) / rate);
          std::this_thread::sleep_until(began + std::chrono::duration_cast<Time::duration>(due));
        }
        const std::string& path = paths[number % paths.size()];
        const Answer answer = client.Get(ImageClient::Request(
            path + "?" + run + "-" + std::to_string(number), 600, 900, imageproc::v1::FORMAT_JPEG));
        const base::MutexLock lock(mutex);
        ++codes[std::to_string(answer.status.error_code())];
        if (answer.status.ok()) {
          ++came;
          ++came_of[path];
        }
        if (answer.status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) {
          refusals_ms.push_back(answer.seconds * 1000);
        }
      }
    });
  }
  workers.clear();
  const double seconds = std::chrono::duration<double>(Time::now() - began).count();
  std::printf(
      "{\"per_second\": %.2f, \"came\": %d, \"refused\": %zu, "
      "\"refusal_p50_ms\": %.2f, "
      "\"refusal_p99_ms\": %.2f, \"codes\": {",
      came / seconds, came, refusals_ms.size(), Percentile(refusals_ms, 0.5),
      Percentile(refusals_ms, 0.99));
  const char* comma = "";
  for (const auto& [code, count] : codes) {
    std::printf("%s\"%s\": %d", comma, code.c_str(), count);
    comma = ", ";
  }
  std::printf("}, \"came_of\": {");
  comma = "";
  for (const auto& [path, count] : came_of) {
    std::printf("%s\"%s\": %d", comma, path.c_str(), count);
    comma = ", ";
  }
  std::printf("}}\n");
  return 0;
}

}  // namespace marquee::imageload
