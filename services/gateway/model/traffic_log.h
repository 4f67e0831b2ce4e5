// Requests per minute during the last day, with durations and error counts.
#pragma once

#include <absl/time/time.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

namespace marquee::gateway {

// Requests of a time span.
struct TrafficSpan {
  // Upper bounds of the duration classes, in milliseconds; one more class is unbounded.
  static constexpr std::array<double, 12> kBoundsMs{1,   2,   5,   10,   20,   50,
                                                    100, 200, 500, 1000, 2000, 5000};

  int64_t requests = 0;
  int64_t client_errors = 0;  // 4xx
  int64_t server_errors = 0;  // 5xx
  int64_t total_us = 0;
  std::array<int64_t, kBoundsMs.size() + 1> classes{};

  int64_t errors() const { return client_errors + server_errors; }
  double error_percent() const;
  double average_ms() const;
  // The duration quantile, interpolated within its class; 0 without requests. `share`: 0 to 1.
  double PercentileMs(double share) const;
  void Add(const TrafficSpan& other);
};

// Thread-safe without a lock: at the turn of a minute a few requests may be lost. Uses 120 KiB.
class TrafficLog {
 public:
  static constexpr int kMinutes = 24 * 60;

  TrafficLog();

  // `uptime`: of a monotonic clock.
  void Note(int status, absl::Duration took, absl::Duration uptime);

  // The sum of the last `minutes` (1 to kMinutes), including the current one.
  TrafficSpan Last(int minutes, absl::Duration uptime) const;
  // The same in steps of `step` minutes, oldest first.
  std::vector<TrafficSpan> Series(int minutes, int step, absl::Duration uptime) const;

 private:
  struct Slot {
    std::atomic<int64_t> minute{-1};
    std::atomic<uint32_t> requests{0};
    std::atomic<uint32_t> client_errors{0};
    std::atomic<uint32_t> server_errors{0};
    std::atomic<uint64_t> total_us{0};
    std::array<std::atomic<uint32_t>, TrafficSpan::kBoundsMs.size() + 1> classes{};
  };

  TrafficSpan Of(int64_t minute) const;

  const std::unique_ptr<std::array<Slot, kMinutes>> slots_;
};

}  // namespace marquee::gateway
