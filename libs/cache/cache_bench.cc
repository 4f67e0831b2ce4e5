// ./dev bench cache: hit ratios of W-TinyLFU, LRU and Bélády's optimum, then the cost of a lookup
// and an insertion by number of threads and shards.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <memory>
#include <string>

#include "libs/base/clock.h"
#include "libs/cache/byte_cache.h"
#include "libs/cache/lru.h"
#include "libs/cache/tiny_lfu.h"
#include "libs/cache/traces.h"

namespace marquee::cache {
namespace {

void PrintHitRatios() {
  const struct {
    const char* name;
    traces::Trace trace;
    size_t capacity_bytes;
  } cases[] = {{"zipf 0.7", traces::Zipf(10'000, 0.7, 500'000), 500'000},
               {"zipf 0.9", traces::Zipf(10'000, 0.9, 500'000), 500'000},
               {"zipf 1.1", traces::Zipf(10'000, 1.1, 500'000), 500'000},
               {"loop", traces::Loop(1'000, 100), 500'000},
               {"scan and zipf 0.9", traces::ScanAndZipf(5'000, 0.9, 200'000, 1'000, 800), 400'000},
               {"a slideshow's day", traces::SlideshowDay(3'000, 4, 300'000), 1'000'000}};
  std::printf("hit ratio by requests (by bytes)\n%-20s %17s %17s %17s\n", "trace", "W-TinyLFU",
              "LRU", "Belady");
  for (const auto& c : cases) {
    std::printf("%-20s", c.name);
    for (const traces::Score& score : {traces::Play<TinyLfu>(c.trace, c.capacity_bytes),
                                       traces::Play<Lru>(c.trace, c.capacity_bytes),
                                       traces::PlayBelady(c.trace, c.capacity_bytes)}) {
      std::printf("   %5.1f %% (%4.1f %%)", score.hits * 100, score.bytes * 100);
    }
    std::printf("\n");
  }
}

// Baseline: a cache with one lock, a map and a list.
class PlainLru {
 public:
  explicit PlainLru(size_t capacity_bytes) : policy_(capacity_bytes, 0) {}
  std::shared_ptr<const std::string> Get(const std::string& key) {
    const base::MutexLock lock(mutex_);
    const auto it = entries_.find(key);
    if (it == entries_.end()) return nullptr;
    policy_.Hit(it->second);
    return it->second.value;
  }
  void Put(const std::string& key, std::shared_ptr<const std::string> value, size_t bytes) {
    const base::MutexLock lock(mutex_);
    const auto [it, added] = entries_.try_emplace(key);
    if (!added) return;
    it->second.key = &it->first;
    it->second.value = std::move(value);
    it->second.bytes = bytes;
    std::vector<Lru::Node*> leaving;
    policy_.Insert(it->second, leaving);
    for (Lru::Node* gone : leaving) {
      const std::string doomed = *static_cast<Entry*>(gone)->key;
      entries_.erase(doomed);
    }
  }

 private:
  struct Entry : Lru::Node {
    const std::string* key = nullptr;
    std::shared_ptr<const std::string> value;
  };
  base::Mutex mutex_;
  Lru policy_ MARQUEE_GUARDED_BY(mutex_);
  std::unordered_map<std::string, Entry> entries_ MARQUEE_GUARDED_BY(mutex_);
};

constexpr size_t kCapacity = size_t{32} << 20;
constexpr size_t kEntryBytes = 16 * 1024;

const std::vector<std::string>& Keys() {
  static const std::vector<std::string> keys = [] {
    std::vector<std::string> made;
    for (const traces::Request& request : traces::Zipf(8'000, 0.9, 1 << 16)) {
      made.push_back("t2:600x900cq80.jpeg|3:Den9:/posters/" + std::to_string(request.key));
    }
    return made;
  }();
  return keys;
}

std::shared_ptr<const std::string> Value() {
  static const auto value = std::make_shared<const std::string>("an image");
  return value;
}

// Zipf 0.9 over four times the capacity: look up, insert on a miss. The first thread creates the
// cache; the other threads access it only inside the loop, which all threads enter together.
template <class Cache>
void LookUpAndLoad(benchmark::State& state, const std::unique_ptr<Cache>& cache) {
  size_t at = static_cast<size_t>(state.thread_index()) * 7919;
  for (auto _ : state) {
    const std::string& key = Keys()[++at % Keys().size()];
    if (cache->Get(key) == nullptr) cache->Put(key, Value(), kEntryBytes);
  }
  state.SetItemsProcessed(state.iterations());
}

void BM_ByteCache(benchmark::State& state) {
  static base::SystemClock clock;
  static std::unique_ptr<ByteCache<std::string>> cache;
  if (state.thread_index() == 0) {
    cache = std::make_unique<ByteCache<std::string>>(
        ByteCacheOptions{.capacity_bytes = kCapacity,
                         .expected_entry_bytes = kEntryBytes,
                         .shards = static_cast<size_t>(state.range(0)),
                         .on_evict = nullptr},
        clock);
  }
  LookUpAndLoad(state, cache);
}
BENCHMARK(BM_ByteCache)->ArgName("shards")->Arg(1)->Arg(4)->Arg(16)->ThreadRange(1, 8);

void BM_PlainLru(benchmark::State& state) {
  static std::unique_ptr<PlainLru> cache;
  if (state.thread_index() == 0) cache = std::make_unique<PlainLru>(kCapacity);
  LookUpAndLoad(state, cache);
}
BENCHMARK(BM_PlainLru)->ThreadRange(1, 8);

}  // namespace
}  // namespace marquee::cache

int main(int argc, char** argv) {
  marquee::cache::PrintHitRatios();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
