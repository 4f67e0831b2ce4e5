// In-memory cache bounded by bytes, with a time to live per entry and W-TinyLFU (tiny_lfu.h) as its
// eviction policy. Values are shared and immutable: an evicted value lives until its last reader
// releases it.
//
//   ByteCache<Image> cache({.capacity_bytes = 64 << 20}, clock);
//   if (std::shared_ptr<const Image> image = cache.Get(key)) return image;
//   cache.Put(key, image, image->bytes.size(), absl::Minutes(10));
#pragma once

#include <absl/time/time.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/base/strings.h"
#include "libs/cache/tiny_lfu.h"

namespace marquee::cache {

// Why an entry was evicted.
enum class EvictionCause {
  kSize,  // for lack of space; includes entries that were never admitted
  kAge,   // past its time to live and the time it may be served stale
};

struct ByteCacheOptions {
  // Bound of all entries together, including keys and overhead (kEntryOverheadBytes).
  size_t capacity_bytes = 0;
  // An estimate; sizes the frequency sketch at about 8 bytes per entry that fits.
  size_t expected_entry_bytes = 16 * 1024;
  // How long an expired entry is kept for Find, to be served stale.
  absl::Duration keep_stale = absl::ZeroDuration();
  // Keys are distributed over this many shards, each with its own lock and an equal share of the
  // bytes. More shards mean less contention; an entry must fit into one.
  size_t shards = 1;
  // Called after entries were evicted, on the evicting thread and outside the lock. May be empty.
  std::function<void(EvictionCause, size_t entries)> on_evict;
};

struct ByteCacheStats {
  size_t entries = 0;
  size_t bytes = 0;        // of entries, keys and bookkeeping
  uint64_t hits = 0;       // Get found a fresh entry
  uint64_t misses = 0;     // Get did not
  uint64_t inserts = 0;    // Put, and admitted
  uint64_t rejected = 0;   // Put, but not admitted by the policy
  uint64_t evictions = 0;  // removed for size or age
};

// Thread-safe; a shard's lock is held for a hash lookup and a few pointer updates. `clock` must
// outlive it.
template <class V>
class ByteCache {
 public:
  // Added to the size given to Put: map node, entry, control blocks.
  static constexpr size_t kEntryOverheadBytes = 192;

  struct Found {
    std::shared_ptr<const V> value;  // null: not cached
    bool fresh = false;              // within its time to live
  };
  struct Erased {
    size_t entries = 0;
    size_t bytes = 0;
  };

  ByteCache(ByteCacheOptions options, const base::Clock& clock)
      : options_(std::move(options)), clock_(clock) {
    const size_t count = std::max<size_t>(options_.shards, 1);
    const size_t bytes = options_.capacity_bytes / count;
    for (size_t i = 0; i < count; ++i) {
      shards_.push_back(std::make_unique<Shard>(
          bytes, bytes / std::max<size_t>(options_.expected_entry_bytes, 1)));
    }
  }

  // The value if it is cached and fresh, else null. Counts as a request for the key.
  std::shared_ptr<const V> Get(std::string_view key) {
    const Found found = Look(key, /*counted=*/true);
    return found.fresh ? found.value : nullptr;
  }

  // The value even if it has expired, to be served stale. Does not count as a request.
  Found Find(std::string_view key) { return Look(key, /*counted=*/false); }

  // Inserts or replaces the value. `bytes`: its size without the key. False if the policy did not
  // admit it because the cached entries are requested more often.
  bool Put(std::string_view key, std::shared_ptr<const V> value, size_t bytes,
           absl::Duration ttl = absl::InfiniteDuration()) {
    auto entry = std::make_unique<Entry>();
    entry->hash = base::StringHash{}(key);
    entry->bytes = bytes + key.size() + kEntryOverheadBytes;
    entry->key = key;
    entry->value = std::move(value);
    entry->put_at = clock_.Monotonic();
    entry->expires = entry->put_at + ttl;

    Removed dead;  // values are destroyed after the lock is released
    bool admitted = true;
    size_t evicted = 0;
    Shard& shard = ShardOf(entry->hash);
    {
      const base::MutexLock lock(shard.mutex);
      shard.Remove(key, dead);
      Entry& placed = *entry;
      shard.entries.emplace(placed.key, std::move(entry));
      std::vector<TinyLfu::Node*> leaving;
      shard.policy.Insert(placed, leaving);
      for (TinyLfu::Node* node : leaving) {
        Entry& gone = static_cast<Entry&>(*node);
        if (&gone == &placed) {
          admitted = false;
        } else {
          ++evicted;
        }
        shard.Extract(gone.key, dead);
      }
      shard.stats.evictions += evicted;
      ++(admitted ? shard.stats.inserts : shard.stats.rejected);
    }
    if (evicted > 0 && options_.on_evict) options_.on_evict(EvictionCause::kSize, evicted);
    return admitted;
  }

  void Erase(std::string_view key) {
    Removed dead;
    Shard& shard = ShardOf(base::StringHash{}(key));
    const base::MutexLock lock(shard.mutex);
    shard.Remove(key, dead);
  }

  // Erases the entries for whose key `doomed` returns true. Holds each shard's lock meanwhile.
  Erased EraseIf(const std::function<bool(std::string_view key, const V& value)>& doomed) {
    Removed dead;
    Erased erased;
    for (const auto& shard : shards_) {
      const base::MutexLock lock(shard->mutex);
      std::vector<std::string> keys;
      for (const auto& [key, entry] : shard->entries) {
        if (doomed(key, *entry->value)) keys.emplace_back(key);
      }
      for (const std::string& key : keys) shard->Remove(key, dead);
    }
    erased.entries = dead.size();
    for (const auto& entry : dead) erased.bytes += entry->bytes;
    return erased;
  }

  void Clear() {
    EraseIf([](std::string_view, const V&) { return true; });
  }

  ByteCacheStats stats() const {
    ByteCacheStats sum;
    for (const auto& shard : shards_) {
      const base::MutexLock lock(shard->mutex);
      sum.entries += shard->entries.size();
      sum.bytes += shard->policy.bytes();
      sum.hits += shard->stats.hits;
      sum.misses += shard->stats.misses;
      sum.inserts += shard->stats.inserts;
      sum.rejected += shard->stats.rejected;
      sum.evictions += shard->stats.evictions;
    }
    return sum;
  }

  // The age of the oldest entry; zero if there is none. Visits all entries.
  absl::Duration OldestAge() const {
    const absl::Duration now = clock_.Monotonic();
    absl::Duration oldest;
    for (const auto& shard : shards_) {
      const base::MutexLock lock(shard->mutex);
      for (const auto& [key, entry] : shard->entries) {
        oldest = std::max(oldest, now - entry->put_at);
      }
    }
    return oldest;
  }

  size_t capacity_bytes() const { return options_.capacity_bytes; }

 private:
  struct Entry : TinyLfu::Node {
    std::string key;
    std::shared_ptr<const V> value;
    absl::Duration put_at;   // on the monotonic clock
    absl::Duration expires;  // on the monotonic clock
  };
  using Removed = std::vector<std::unique_ptr<Entry>>;

  struct Shard {
    Shard(size_t capacity_bytes, size_t expected_entries)
        : policy(capacity_bytes, expected_entries) {}

    // Moves the entry of `key`, if any, from policy and map to `dead`.
    void Remove(std::string_view key, Removed& dead) MARQUEE_REQUIRES(mutex) {
      const auto it = entries.find(key);
      if (it == entries.end()) return;
      policy.Remove(*it->second);
      dead.push_back(std::move(it->second));
      entries.erase(it);
    }

    // The same for an entry that the policy has already removed.
    void Extract(const std::string& key, Removed& dead) MARQUEE_REQUIRES(mutex) {
      const auto it = entries.find(key);
      dead.push_back(std::move(it->second));
      entries.erase(it);
    }

    base::Mutex mutex;
    TinyLfu policy MARQUEE_GUARDED_BY(mutex);
    // Keys are views of the entries' own strings.
    std::unordered_map<std::string_view, std::unique_ptr<Entry>> entries MARQUEE_GUARDED_BY(mutex);
    ByteCacheStats stats MARQUEE_GUARDED_BY(mutex);
  };

  // By the upper half of the hash: the map chooses its bucket by the lower.
  Shard& ShardOf(uint64_t hash) const { return *shards_[(hash >> 32) % shards_.size()]; }

  Found Look(std::string_view key, bool counted) {
    const absl::Duration now = clock_.Monotonic();
    const uint64_t hash = base::StringHash{}(key);
    Removed dead;
    Found found;
    Shard& shard = ShardOf(hash);
    {
      const base::MutexLock lock(shard.mutex);
      if (counted) shard.policy.Record(hash);
      const auto it = shard.entries.find(key);
      if (it != shard.entries.end()) {
        Entry& entry = *it->second;
        if (now < entry.expires + options_.keep_stale) {
          found = {.value = entry.value, .fresh = now < entry.expires};
          if (counted && found.fresh) shard.policy.Hit(entry);
        } else {
          shard.Remove(key, dead);
          ++shard.stats.evictions;
        }
      }
      if (counted) ++(found.fresh ? shard.stats.hits : shard.stats.misses);
    }
    if (!dead.empty() && options_.on_evict) options_.on_evict(EvictionCause::kAge, dead.size());
    return found;
  }

  const ByteCacheOptions options_;
  const base::Clock& clock_;
  std::vector<std::unique_ptr<Shard>> shards_;  // never changes
};

}  // namespace marquee::cache
