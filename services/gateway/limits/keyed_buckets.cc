#include "services/gateway/limits/keyed_buckets.h"

#include <algorithm>
#include <utility>

namespace marquee::gateway {
namespace {

int WholeSeconds(absl::Duration duration) {
  return std::max(1,
                  static_cast<int>(absl::ToInt64Seconds(absl::Ceil(duration, absl::Seconds(1)))));
}

}  // namespace

LimitVerdict KeyedBuckets::Take(std::string_view key) {
  const absl::Duration now = clock_.Monotonic();
  const base::MutexLock lock(mutex_);
  const absl::Duration full_at = std::max(now, FullAt(key)) + options_.refill / options_.burst;
  const bool allowed = full_at - now <= options_.refill;
  if (!allowed) return Judge(now, FullAt(key), false);
  if (young_.size() >= options_.max_keys / 2 && !young_.contains(key)) {
    old_ = std::exchange(young_, {});
  }
  young_.insert_or_assign(std::string(key), full_at);
  return Judge(now, full_at, true);
}

LimitVerdict KeyedBuckets::Peek(std::string_view key) const {
  const absl::Duration now = clock_.Monotonic();
  const base::MutexLock lock(mutex_);
  const absl::Duration full_at = std::max(now, FullAt(key));
  return Judge(now, full_at, full_at + options_.refill / options_.burst - now <= options_.refill);
}

size_t KeyedBuckets::size() const {
  const base::MutexLock lock(mutex_);
  return young_.size() + old_.size();
}

absl::Duration KeyedBuckets::FullAt(std::string_view key) const {
  for (const Table* table : {&young_, &old_}) {
    if (const auto it = table->find(key); it != table->end()) return it->second;
  }
  return absl::ZeroDuration();
}

LimitVerdict KeyedBuckets::Judge(absl::Duration now, absl::Duration full_at, bool allowed) const {
  const absl::Duration interval = options_.refill / options_.burst;
  const auto remaining = static_cast<int>((options_.refill - (full_at - now)) / interval);
  // One that was refused comes again when there is one token, not when all are there.
  const absl::Duration wait = allowed ? full_at - now : full_at - now + interval - options_.refill;
  return {.allowed = allowed,
          .limit = options_.burst,
          .remaining = std::max(remaining, 0),
          .reset_seconds = WholeSeconds(wait),
          .window_seconds = WholeSeconds(options_.refill)};
}

}  // namespace marquee::gateway
