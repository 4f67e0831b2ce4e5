#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <thread>

#include "libs/base/mutex.h"
#include "tests/load/image/client.h"
#include "tests/load/image/commands.h"

namespace marquee::imageload {

int RequestEach(Arguments arguments) {
  const ImageClient client(arguments[0]);
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(arguments[2])) {
    names.push_back(file.path().filename().string());
  }
  std::ranges::sort(names);

  std::atomic<size_t> next = 0;
  base::Mutex mutex;
  std::map<int, int> codes;
  std::vector<std::string> lost;
  std::vector<std::jthread> workers;
  for (int i = 0; i < std::stoi(arguments[1]); ++i) {
    workers.emplace_back([&] {
      for (size_t at = next++; at < names.size(); at = next++) {
        const Answer answer =
            client.Get(ImageClient::Request("/" + names[at], 120, 120, imageproc::v1::FORMAT_JPEG));
        const base::MutexLock lock(mutex);
        ++codes[answer.status.error_code()];
        if (!answer.status.ok() && names[at].starts_with("intact")) lost.push_back(names[at]);
      }
    });
  }
  workers.clear();

  std::vector<std::string> by_code;
  for (const auto& [code, count] : codes) by_code.push_back(fmt::format("\"{}\":{}", code, count));
  fmt::print("{{\"files\":{},\"codes\":{{{}}},\"lost\":{}}}\n", names.size(),
             fmt::join(by_code, ","), lost);
  return lost.empty() ? 0 : 1;
}

}  // namespace marquee::imageload
