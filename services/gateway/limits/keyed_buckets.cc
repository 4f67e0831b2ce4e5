#include "services/gateway/limits/keyed_buckets.h"

#include <algorithm>
#include <utility>

namespace marquee::gateway {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

int WholeSeconds(int64_t nanoseconds) {
  return static_cast<int>(std::max<int64_t>(1, (nanoseconds + kSecond - 1) / kSecond));
}

}  // namespace

KeyedBuckets::KeyedBuckets(Options options, const base::Clock& clock)
    : options_(options),
      clock_(clock),
      refill_(absl::ToInt64Nanoseconds(options.refill)),
      interval_(refill_ / std::max(options.burst, 1)) {}

LimitVerdict KeyedBuckets::Take(std::string_view key) {
  const int64_t now = Now();
  const base::MutexLock lock(mutex_);
  const int64_t present = FullAt(key);
  const int64_t full_at = std::max(now, present) + interval_;
  if (full_at - now > refill_) return Judge(now, present, false);
  Remember(key, full_at);
  return Judge(now, full_at, true);
}

void KeyedBuckets::Return(std::string_view key) {
  const base::MutexLock lock(mutex_);
  const int64_t present = FullAt(key);
  if (present > Now()) Remember(key, present - interval_);
}

LimitVerdict KeyedBuckets::Peek(std::string_view key) const {
  const int64_t now = Now();
  const base::MutexLock lock(mutex_);
  const int64_t full_at = std::max(now, FullAt(key));
  return Judge(now, full_at, full_at + interval_ - now <= refill_);
}

size_t KeyedBuckets::size() const {
  const base::MutexLock lock(mutex_);
  return young_.size() + old_.size();
}

int64_t KeyedBuckets::FullAt(std::string_view key) const {
  for (const Table* table : {&young_, &old_}) {
    if (const auto it = table->find(key); it != table->end()) return it->second;
  }
  return 0;
}

void KeyedBuckets::Remember(std::string_view key, int64_t full_at) {
  if (const auto known = young_.find(key); known != young_.end()) {
    known->second = full_at;
    return;
  }
  if (young_.size() >= options_.max_keys / 2) old_ = std::exchange(young_, {});
  young_.emplace(key, full_at);
}

LimitVerdict KeyedBuckets::Judge(int64_t now, int64_t full_at, bool allowed) const {
  const int64_t remaining = (refill_ - (full_at - now)) / interval_;
  // A rejected request may be repeated when one token is available, not only when the bucket is
  // full.
  const int64_t wait = allowed ? full_at - now : full_at - now + interval_ - refill_;
  return {.allowed = allowed,
          .limit = options_.burst,
          .remaining = static_cast<int>(std::max<int64_t>(remaining, 0)),
          .reset_seconds = WholeSeconds(wait),
          .window_seconds = WholeSeconds(refill_)};
}

}  // namespace marquee::gateway
