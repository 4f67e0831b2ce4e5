#include "libs/app/descriptor_watch.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <utility>

namespace marquee::app {
namespace {

// Fewer free ones are a shortage.
size_t Reserve(size_t limit) { return std::clamp<size_t>(limit / 16, 2, 16); }

size_t CountOpen(size_t limit) {
  // Since Linux 6.2 the size of this folder is their number, which takes no descriptor to read.
  struct stat folder{};
  if (stat("/proc/self/fd", &folder) == 0 && folder.st_size > 0) {
    return static_cast<size_t>(folder.st_size);
  }
  std::error_code error;
  const std::filesystem::directory_iterator entries("/proc/self/fd", error);
  if (error == std::errc::too_many_files_open ||
      error == std::errc::too_many_files_open_in_system) {
    return limit;
  }
  return error ? 0 : static_cast<size_t>(std::distance(begin(entries), end(entries)));
}

}  // namespace

DescriptorWatch::Usage DescriptorWatch::UsageOfThisProcess() {
  struct rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return {};
  const auto limit = static_cast<size_t>(files.rlim_cur);
  return {.open = CountOpen(limit), .limit = limit};
}

DescriptorWatch::DescriptorWatch(obs::Metrics& metrics, obs::Logger& logger,
                                 std::function<Usage()> usage)
    : usage_(std::move(usage)),
      logger_(logger),
      short_(metrics.gauge("marquee_descriptors_short",
                           "1 while so few file descriptors are free that the program is not "
                           "ready, else 0.")) {}

void DescriptorWatch::Start(std::function<void(bool is_short)> on_change) {
  thread_ = std::thread([this, on_change = std::move(on_change)] {
    for (;;) {
      if (Look()) on_change(!Shortage().empty());
      base::MutexLock lock(mutex_);
      const auto until = std::chrono::system_clock::now() + absl::ToChronoMilliseconds(kEvery);
      while (!stop_ && stopped_.WaitUntil(lock, until)) {
      }
      if (stop_) return;
    }
  });
}

void DescriptorWatch::Stop() {
  {
    const base::MutexLock lock(mutex_);
    stop_ = true;
    stopped_.NotifyAll();
  }
  if (thread_.joinable()) thread_.join();
}

bool DescriptorWatch::Look() {
  const Usage usage = usage_();
  const size_t free = usage.limit > usage.open ? usage.limit - usage.open : 0;
  const size_t reserve = Reserve(usage.limit);
  bool is_short = false;
  {
    const base::MutexLock lock(mutex_);
    last_ = usage;
    is_short = usage.limit > 0 && free < (is_short_ ? 2 * reserve : reserve);
    if (std::exchange(is_short_, is_short) == is_short) return false;
    short_.Set(is_short ? 1 : 0);
  }
  const auto open = static_cast<int64_t>(usage.open);
  const auto limit = static_cast<int64_t>(usage.limit);
  if (is_short) {
    logger_.Warn(
        "not ready: file descriptors are running out; raise the limit of open files (ulimit -n, "
        "LimitNOFILE), or lower http.max_connections",
        {{"open", open}, {"limit", limit}});
  } else {
    logger_.Info("ready again: file descriptors are free", {{"open", open}, {"limit", limit}});
  }
  return true;
}

std::string DescriptorWatch::Shortage() const {
  const base::MutexLock lock(mutex_);
  if (!is_short_) return "";
  return fmt::format("file descriptors are running out: {} of {} are open", last_.open,
                     last_.limit);
}

}  // namespace marquee::app
