// A cache in memory that is bounded by bytes, with a time to live for each entry and W-TinyLFU
// (tiny_lfu.h) to decide who stays. Values are shared and immutable: an entry that is evicted while
// somebody still sends it lives on until they are done.
//
//   ByteCache<Answer> cache({.capacity_bytes = 64 << 20, .clock = clock});
//   if (auto answer = cache.Get(key)) return answer;
//   cache.Put(key, made, made->body.size(), absl::Minutes(10));
#pragma once

#include <absl/time/time.h>

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

// Why an entry left without being asked to.
enum class EvictionCause {
  kSize,  // others were wanted more, or it was never wanted enough to come in
  kAge,   // past its time to live and the time it may be served stale
};

struct ByteCacheOptions {
  // What all entries may weigh together, keys and bookkeeping included (kEntryOverheadBytes).
  size_t capacity_bytes = 0;
  // A guess; sizes the frequency sketch at about 8 bytes an entry that would fit.
  size_t expected_entry_bytes = 16 * 1024;
  // How long after its time to live an entry is kept for Find to serve in need.
  absl::Duration keep_stale = absl::ZeroDuration();
  // Called after entries were evicted, on the evicting thread and outside the lock. May be empty.
  std::function<void(EvictionCause, size_t entries)> on_evict;
};

struct ByteCacheStats {
  size_t entries = 0;
  size_t bytes = 0;        // of entries, keys and bookkeeping
  uint64_t hits = 0;       // Get found a fresh entry
  uint64_t misses = 0;     // Get did not
  uint64_t rejected = 0;   // Put, but not wanted enough to push others out
  uint64_t evictions = 0;  // was in, had to go, for size or age
};

// Thread-safe; one lock, held for a hash look-up and a few pointers. `clock` must outlive it.
template <class V>
class ByteCache {
 public:
  // Added to what Put is told for each entry: map node, entry, control blocks.
  static constexpr size_t kEntryOverheadBytes = 192;

  struct Found {
    std::shared_ptr<const V> value;  // null: not here
    bool fresh = false;              // within its time to live
  };

  ByteCache(ByteCacheOptions options, const base::Clock& clock)
      : options_(std::move(options)),
        clock_(clock),
        policy_(options_.capacity_bytes,
                options_.capacity_bytes /
                    (options_.expected_entry_bytes > 0 ? options_.expected_entry_bytes : 1)) {}

  // The value if it is here and fresh, else null. Counts as a request for the key.
  std::shared_ptr<const V> Get(std::string_view key) {
    const Found found = Look(key, /*counted=*/true);
    return found.fresh ? found.value : nullptr;
  }

  // The value even when it is past its time to live, for answers in need. Counts as no request.
  Found Find(std::string_view key) { return Look(key, /*counted=*/false); }

  // Takes the value in, in place of what was there. `bytes`: what it weighs, without the key. False
  // when the policy did not want it: the cache is full of what is asked for more often.
  bool Put(std::string_view key, std::shared_ptr<const V> value, size_t bytes,
           absl::Duration ttl = absl::InfiniteDuration()) {
    auto entry = std::make_unique<Entry>();
    entry->hash = base::StringHash{}(key);
    entry->bytes = bytes + key.size() + kEntryOverheadBytes;
    entry->key = key;
    entry->value = std::move(value);
    entry->expires = clock_.Monotonic() + ttl;

    Graveyard dead;  // values are destroyed after the lock is let go
    bool admitted = true;
    size_t evicted = 0;
    {
      const base::MutexLock lock(mutex_);
      Bury(key, dead);
      Entry& placed = *entry;
      entries_.emplace(placed.key, std::move(entry));
      std::vector<TinyLfu::Node*> leaving;
      policy_.Insert(placed, leaving);
      for (TinyLfu::Node* node : leaving) {
        Entry& gone = static_cast<Entry&>(*node);
        if (&gone == &placed) {
          admitted = false;
        } else {
          ++evicted;
        }
        Extract(gone.key, dead);
      }
      stats_.evictions += evicted;
      if (!admitted) ++stats_.rejected;
    }
    if (evicted > 0 && options_.on_evict) options_.on_evict(EvictionCause::kSize, evicted);
    return admitted;
  }

  void Erase(std::string_view key) {
    Graveyard dead;
    const base::MutexLock lock(mutex_);
    Bury(key, dead);
  }

  // Erases the entries whose key `doomed` says yes to; returns how many. Holds the lock meanwhile.
  size_t EraseIf(const std::function<bool(std::string_view key, const V& value)>& doomed) {
    Graveyard dead;
    const base::MutexLock lock(mutex_);
    std::vector<std::string> keys;
    for (const auto& [key, entry] : entries_) {
      if (doomed(key, *entry->value)) keys.emplace_back(key);
    }
    for (const std::string& key : keys) Bury(key, dead);
    return keys.size();
  }

  void Clear() {
    EraseIf([](std::string_view, const V&) { return true; });
  }

  ByteCacheStats stats() const {
    const base::MutexLock lock(mutex_);
    ByteCacheStats stats = stats_;
    stats.entries = entries_.size();
    stats.bytes = policy_.bytes();
    return stats;
  }

  size_t capacity_bytes() const { return options_.capacity_bytes; }

 private:
  struct Entry : TinyLfu::Node {
    std::string key;
    std::shared_ptr<const V> value;
    absl::Duration expires;  // on the monotonic clock
  };
  using Graveyard = std::vector<std::unique_ptr<Entry>>;

  Found Look(std::string_view key, bool counted) {
    const absl::Duration now = clock_.Monotonic();
    Graveyard dead;
    Found found;
    {
      const base::MutexLock lock(mutex_);
      if (counted) policy_.Record(base::StringHash{}(key));
      const auto it = entries_.find(key);
      if (it != entries_.end()) {
        Entry& entry = *it->second;
        if (now < entry.expires + options_.keep_stale) {
          found = {.value = entry.value, .fresh = now < entry.expires};
          if (counted && found.fresh) policy_.Hit(entry);
        } else {
          Bury(key, dead);
          ++stats_.evictions;
        }
      }
      if (counted) ++(found.fresh ? stats_.hits : stats_.misses);
    }
    if (!dead.empty() && options_.on_evict) options_.on_evict(EvictionCause::kAge, dead.size());
    return found;
  }

  // Takes the entry of `key`, if any, out of policy and map, into `dead`.
  void Bury(std::string_view key, Graveyard& dead) MARQUEE_REQUIRES(mutex_) {
    const auto it = entries_.find(key);
    if (it == entries_.end()) return;
    policy_.Remove(*it->second);
    dead.push_back(std::move(it->second));
    entries_.erase(it);
  }

  // The same for an entry that has left the policy already.
  void Extract(const std::string& key, Graveyard& dead) MARQUEE_REQUIRES(mutex_) {
    const auto it = entries_.find(key);
    dead.push_back(std::move(it->second));
    entries_.erase(it);
  }

  const ByteCacheOptions options_;
  const base::Clock& clock_;
  mutable base::Mutex mutex_;
  TinyLfu policy_ MARQUEE_GUARDED_BY(mutex_);
  // Keys are views of the entries' own strings.
  std::unordered_map<std::string_view, std::unique_ptr<Entry>> entries_ MARQUEE_GUARDED_BY(mutex_);
  ByteCacheStats stats_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::cache
