#include "services/gateway/model/traffic_log.h"

#include <algorithm>

namespace marquee::gateway {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

int64_t MinuteOf(absl::Duration uptime) { return absl::ToInt64Minutes(uptime); }

size_t ClassOf(absl::Duration took) {
  const auto& bounds = TrafficSpan::kBoundsMs;
  const auto* const found = std::ranges::lower_bound(bounds, absl::ToDoubleMilliseconds(took));
  return static_cast<size_t>(found - bounds.begin());
}

}  // namespace

double TrafficSpan::error_percent() const {
  return requests == 0 ? 0 : 100.0 * static_cast<double>(errors()) / static_cast<double>(requests);
}

double TrafficSpan::average_ms() const {
  return requests == 0 ? 0 : static_cast<double>(total_us) / 1000 / static_cast<double>(requests);
}

double TrafficSpan::PercentileMs(double share) const {
  double wanted = share * static_cast<double>(requests);
  for (size_t i = 0; i < classes.size(); ++i) {
    const auto here = static_cast<double>(classes[i]);
    if (here > 0 && wanted <= here) {
      const double below = i == 0 ? 0 : kBoundsMs[i - 1];
      // The upper class is unbounded, so its lower bound is used.
      const double above = i < kBoundsMs.size() ? kBoundsMs[i] : below;
      return below + (above - below) * wanted / here;
    }
    wanted -= here;
  }
  return 0;
}

void TrafficSpan::Add(const TrafficSpan& other) {
  requests += other.requests;
  client_errors += other.client_errors;
  server_errors += other.server_errors;
  total_us += other.total_us;
  for (size_t i = 0; i < classes.size(); ++i) classes[i] += other.classes[i];
}

TrafficLog::TrafficLog() : slots_(std::make_unique<std::array<Slot, kMinutes>>()) {}

void TrafficLog::Note(int status, absl::Duration took, absl::Duration uptime) {
  const int64_t minute = MinuteOf(uptime);
  Slot& slot = (*slots_)[static_cast<size_t>(minute % kMinutes)];
  int64_t held = slot.minute.load(kRelaxed);
  // The first request of a minute resets the slot that held yesterday's figures.
  if (held != minute && slot.minute.compare_exchange_strong(held, minute, kRelaxed)) {
    slot.requests.store(0, kRelaxed);
    slot.client_errors.store(0, kRelaxed);
    slot.server_errors.store(0, kRelaxed);
    slot.total_us.store(0, kRelaxed);
    for (auto& count : slot.classes) count.store(0, kRelaxed);
  }
  slot.requests.fetch_add(1, kRelaxed);
  if (status >= 500) {
    slot.server_errors.fetch_add(1, kRelaxed);
  } else if (status >= 400) {
    slot.client_errors.fetch_add(1, kRelaxed);
  }
  slot.total_us.fetch_add(static_cast<uint64_t>(absl::ToInt64Microseconds(took)), kRelaxed);
  slot.classes[ClassOf(took)].fetch_add(1, kRelaxed);
}

TrafficSpan TrafficLog::Of(int64_t minute) const {
  TrafficSpan span;
  if (minute < 0) return span;
  const Slot& slot = (*slots_)[static_cast<size_t>(minute % kMinutes)];
  if (slot.minute.load(kRelaxed) != minute) return span;
  span.requests = slot.requests.load(kRelaxed);
  span.client_errors = slot.client_errors.load(kRelaxed);
  span.server_errors = slot.server_errors.load(kRelaxed);
  span.total_us = static_cast<int64_t>(slot.total_us.load(kRelaxed));
  for (size_t i = 0; i < span.classes.size(); ++i) span.classes[i] = slot.classes[i].load(kRelaxed);
  return span;
}

TrafficSpan TrafficLog::Last(int minutes, absl::Duration uptime) const {
  return Series(minutes, minutes, uptime).front();
}

std::vector<TrafficSpan> TrafficLog::Series(int minutes, int step, absl::Duration uptime) const {
  minutes = std::clamp(minutes, 1, kMinutes);
  step = std::clamp(step, 1, minutes);
  const int64_t now = MinuteOf(uptime);
  std::vector<TrafficSpan> series(static_cast<size_t>((minutes + step - 1) / step));
  for (int i = 0; i < minutes; ++i) {
    series[static_cast<size_t>(i / step)].Add(Of(now - minutes + 1 + i));
  }
  return series;
}

}  // namespace marquee::gateway
