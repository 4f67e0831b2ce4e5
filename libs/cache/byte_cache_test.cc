#include "libs/cache/byte_cache.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <thread>

#include "libs/testing/fake_clock.h"

namespace marquee::cache {
namespace {

using Cache = ByteCache<std::string>;

std::shared_ptr<const std::string> Text(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

class ByteCacheTest : public ::testing::Test {
 protected:
  // Options with capacity for `entries` of 1,000 bytes with keys of four characters.
  ByteCacheOptions CapacityFor(size_t entries) {
    // One percent more than the entries need, for the window segment.
    return {.capacity_bytes = entries * kWeight * 102 / 100,
            .expected_entry_bytes = 1000,
            .on_evict = [this](EvictionCause cause, size_t n) {
              (cause == EvictionCause::kSize ? evicted_for_size_ : evicted_for_age_) += n;
            }};
  }
  static constexpr size_t kWeight = 1000 + 4 + Cache::kEntryOverheadBytes;

  testing::FakeClock clock_;
  size_t evicted_for_size_ = 0;
  size_t evicted_for_age_ = 0;
};

TEST_F(ByteCacheTest, GetReturnsThePutValue) {
  Cache cache(CapacityFor(10), clock_);

  EXPECT_TRUE(cache.Put("key1", Text("a"), 1000));

  EXPECT_EQ(*cache.Get("key1"), "a");
  EXPECT_EQ(cache.Get("key2"), nullptr);
  const ByteCacheStats stats = cache.stats();
  EXPECT_EQ(stats.hits, 1);
  EXPECT_EQ(stats.misses, 1);
  EXPECT_EQ(stats.entries, 1);
  EXPECT_EQ(stats.bytes, kWeight);
}

TEST_F(ByteCacheTest, ReplacingChangesValueAndSize) {
  Cache cache(CapacityFor(10), clock_);
  cache.Put("key1", Text("a"), 1000);

  cache.Put("key1", Text("b"), 500);

  EXPECT_EQ(*cache.Get("key1"), "b");
  EXPECT_EQ(cache.stats().bytes, kWeight - 500);
  EXPECT_EQ(cache.stats().entries, 1);
}

TEST_F(ByteCacheTest, NeverExceedsItsCapacity) {
  Cache cache(CapacityFor(10), clock_);

  for (int i = 0; i < 1000; ++i) {
    const std::string key = fmt::format("{:04}", i % 37);
    if (cache.Get(key) == nullptr) cache.Put(key, Text(key), static_cast<size_t>(i % 3) * 900);
    ASSERT_LE(cache.stats().bytes, cache.capacity_bytes());
  }

  EXPECT_EQ(cache.stats().evictions, evicted_for_size_);
  EXPECT_GT(cache.stats().evictions + cache.stats().rejected, 0);
}

TEST_F(ByteCacheTest, RejectsAnEntryLargerThanTheCache) {
  Cache cache(CapacityFor(10), clock_);
  cache.Put("key1", Text("a"), 1000);

  EXPECT_FALSE(cache.Put("key2", Text("b"), 20'000));

  EXPECT_NE(cache.Get("key1"), nullptr);
  EXPECT_EQ(cache.stats().rejected, 1);
}

TEST_F(ByteCacheTest, EntriesExpireAfterTheirTimeToLive) {
  Cache cache(CapacityFor(10), clock_);
  cache.Put("key1", Text("a"), 1000, absl::Minutes(10));

  clock_.Advance(absl::Minutes(10) - absl::Nanoseconds(1));
  EXPECT_NE(cache.Get("key1"), nullptr);
  clock_.Advance(absl::Nanoseconds(1));
  EXPECT_EQ(cache.Get("key1"), nullptr);

  EXPECT_EQ(evicted_for_age_, 1);
  EXPECT_EQ(cache.stats().bytes, 0);
}

TEST_F(ByteCacheTest, KeepsExpiredEntriesForTheStalePeriod) {
  ByteCacheOptions options = CapacityFor(10);
  options.keep_stale = absl::Hours(1);
  Cache cache(options, clock_);
  cache.Put("key1", Text("a"), 1000, absl::Minutes(10));
  clock_.Advance(absl::Minutes(30));

  EXPECT_EQ(cache.Get("key1"), nullptr);
  const Cache::Found found = cache.Find("key1");
  clock_.Advance(absl::Minutes(40));

  EXPECT_EQ(*found.value, "a");
  EXPECT_FALSE(found.fresh);
  EXPECT_EQ(cache.Find("key1").value, nullptr);
  EXPECT_EQ(cache.stats().evictions, 1);
}

TEST_F(ByteCacheTest, AnEvictedValueStaysValidForItsReader) {
  Cache cache(CapacityFor(10), clock_);
  cache.Put("key1", Text("a"), 1000);

  const auto value = cache.Get("key1");
  cache.Clear();

  EXPECT_EQ(*value, "a");
  EXPECT_EQ(cache.stats().entries, 0);
  EXPECT_EQ(cache.stats().bytes, 0);
}

TEST_F(ByteCacheTest, ErasesOneKeyOrMatchingKeys) {
  Cache cache(CapacityFor(10), clock_);
  for (const char* key : {"key1", "key2", "odd1", "odd2"}) cache.Put(key, Text(key), 1000);

  cache.Erase("key1");
  const Cache::Erased erased = cache.EraseIf(
      [](std::string_view key, const std::string&) { return key.starts_with("odd"); });

  EXPECT_EQ(erased.entries, 2);
  EXPECT_EQ(erased.bytes, 2 * kWeight);
  EXPECT_EQ(cache.Get("key1"), nullptr);
  EXPECT_NE(cache.Get("key2"), nullptr);
  EXPECT_EQ(cache.stats().entries, 1);
}

TEST_F(ByteCacheTest, ReportsTheAgeOfItsOldestEntry) {
  Cache cache(CapacityFor(10), clock_);
  EXPECT_EQ(cache.OldestAge(), absl::ZeroDuration());
  cache.Put("key1", Text("a"), 1000);
  clock_.Advance(absl::Minutes(3));
  cache.Put("key2", Text("b"), 1000);

  EXPECT_EQ(cache.OldestAge(), absl::Minutes(3));
}

TEST_F(ByteCacheTest, ShardsHoldAsMuchAsOneCache) {
  ByteCacheOptions options = CapacityFor(400);
  options.shards = 4;
  Cache cache(options, clock_);

  for (int i = 0; i < 300; ++i) cache.Put(fmt::format("{:04}", i), Text("x"), 1000);

  const ByteCacheStats stats = cache.stats();
  EXPECT_GT(stats.entries, 280) << "shards are slightly uneven";
  EXPECT_EQ(stats.inserts + stats.rejected, 300);
  cache.Clear();
  EXPECT_EQ(cache.stats().entries, 0);
}

class ByteCacheThreadsTest : public ByteCacheTest, public ::testing::WithParamInterface<size_t> {};

TEST_P(ByteCacheThreadsTest, CountersStayConsistentUnderConcurrentUse) {
  ByteCacheOptions options = CapacityFor(20);
  options.on_evict = nullptr;
  options.shards = GetParam();
  Cache cache(options, clock_);

  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&cache, t] {
      for (int i = 0; i < 5000; ++i) {
        const std::string key = fmt::format("{:04}", (i * 7 + t) % 50);
        if (const auto value = cache.Get(key)) {
          EXPECT_EQ(*value, key);
        } else {
          cache.Put(key, Text(key), 1000);
        }
      }
    });
  }
  threads.clear();

  const ByteCacheStats stats = cache.stats();
  EXPECT_EQ(stats.hits + stats.misses, 20'000);
  EXPECT_LE(stats.bytes, cache.capacity_bytes());
  EXPECT_EQ(stats.bytes, stats.entries * kWeight);
}

INSTANTIATE_TEST_SUITE_P(Shards, ByteCacheThreadsTest, ::testing::Values(1, 3));

}  // namespace
}  // namespace marquee::cache
