#include "libs/cache/tiny_lfu.h"

#include <gtest/gtest.h>

#include <cmath>
#include <list>
#include <random>
#include <unordered_map>

namespace marquee::cache {
namespace {

constexpr size_t kEntryBytes = 1000;

// Runs a trace of keys of equal size on the policy; returns the hit ratio.
double PlayTinyLfu(const std::vector<uint64_t>& trace, size_t capacity_entries) {
  TinyLfu policy(capacity_entries * kEntryBytes, capacity_entries);
  std::unordered_map<uint64_t, TinyLfu::Node> held;
  size_t hits = 0;
  for (const uint64_t key : trace) {
    policy.Record(key);
    if (const auto it = held.find(key); it != held.end()) {
      policy.Hit(it->second);
      ++hits;
      continue;
    }
    TinyLfu::Node& node = held[key];
    node.hash = key;
    node.bytes = kEntryBytes;
    std::vector<TinyLfu::Node*> leaving;
    policy.Insert(node, leaving);
    for (const TinyLfu::Node* gone : leaving) held.erase(gone->hash);
    EXPECT_LE(policy.bytes(), policy.capacity_bytes());
  }
  return static_cast<double>(hits) / static_cast<double>(trace.size());
}

double PlayLru(const std::vector<uint64_t>& trace, size_t capacity_entries) {
  std::list<uint64_t> order;
  std::unordered_map<uint64_t, std::list<uint64_t>::iterator> held;
  size_t hits = 0;
  for (const uint64_t key : trace) {
    if (const auto it = held.find(key); it != held.end()) {
      order.splice(order.begin(), order, it->second);
      ++hits;
      continue;
    }
    order.push_front(key);
    held[key] = order.begin();
    if (order.size() > capacity_entries) {
      held.erase(order.back());
      order.pop_back();
    }
  }
  return static_cast<double>(hits) / static_cast<double>(trace.size());
}

std::vector<uint64_t> Loop(uint64_t keys, size_t rounds) {
  std::vector<uint64_t> trace;
  for (size_t round = 0; round < rounds; ++round) {
    for (uint64_t key = 0; key < keys; ++key) trace.push_back(key);
  }
  return trace;
}

std::vector<uint64_t> Zipf(uint64_t keys, double exponent, size_t requests) {
  std::vector<double> weights;
  for (uint64_t rank = 1; rank <= keys; ++rank) {
    weights.push_back(std::pow(static_cast<double>(rank), -exponent));
  }
  std::discrete_distribution<uint64_t> pick(weights.begin(), weights.end());
  std::mt19937_64 random(42);
  std::vector<uint64_t> trace(requests);
  for (uint64_t& key : trace) key = pick(random);
  return trace;
}

TEST(TinyLfuTest, ALoopLargerThanTheCacheStillHits) {
  const std::vector<uint64_t> slideshow = Loop(1000, 50);

  // The best possible ratio is slightly below one half: entries that fit stay, the others miss.
  EXPECT_GT(PlayTinyLfu(slideshow, 500), 0.45);
  EXPECT_EQ(PlayLru(slideshow, 500), 0.0);
}

TEST(TinyLfuTest, BeatsLruOnZipf) {
  for (const double exponent : {0.7, 0.9, 1.1}) {
    const std::vector<uint64_t> trace = Zipf(10'000, exponent, 200'000);
    EXPECT_GT(PlayTinyLfu(trace, 500), PlayLru(trace, 500) + 0.02) << "exponent " << exponent;
  }
}

TEST(TinyLfuTest, AScanDoesNotEvictPopularEntries) {
  std::vector<uint64_t> trace = Zipf(200, 0.9, 20'000);
  for (uint64_t key = 0; key < 20'000; ++key) trace.push_back(1'000'000 + key);
  const std::vector<uint64_t> after = Zipf(200, 0.9, 200);
  const double before_hits = PlayTinyLfu(trace, 200) * static_cast<double>(trace.size());
  trace.insert(trace.end(), after.begin(), after.end());

  const double all_hits = PlayTinyLfu(trace, 200) * static_cast<double>(trace.size());

  EXPECT_GT(all_hits - before_hits, 150);
}

TEST(TinyLfuTest, AdaptsWhenPopularityChanges) {
  std::vector<uint64_t> trace = Zipf(500, 0.9, 50'000);
  for (const uint64_t key : Zipf(500, 0.9, 50'000)) trace.push_back(1'000'000 + key);

  // Either half alone gives about the same; a policy that never forgets would fall to half of it.
  EXPECT_GT(PlayTinyLfu(trace, 100), 0.8 * PlayTinyLfu(Zipf(500, 0.9, 50'000), 100));
}

TEST(TinyLfuTest, AMoreFrequentEntryReplacesTheLeastFrequent) {
  TinyLfu policy(10 * kEntryBytes, 64);
  std::vector<TinyLfu::Node> nodes(10);
  std::vector<TinyLfu::Node*> leaving;
  for (size_t i = 0; i < nodes.size(); ++i) {
    nodes[i].hash = i;
    nodes[i].bytes = kEntryBytes * 9 / 10;
    policy.Record(i);
    policy.Insert(nodes[i], leaving);
  }
  ASSERT_TRUE(leaving.empty());
  TinyLfu::Node wanted;
  wanted.hash = 100;
  wanted.bytes = 2 * kEntryBytes;

  for (int i = 0; i < 2; ++i) policy.Record(wanted.hash);
  policy.Insert(wanted, leaving);
  ASSERT_EQ(leaving, std::vector<TinyLfu::Node*>{&wanted}) << "requested as often as its victims";

  leaving.clear();
  policy.Record(wanted.hash);
  policy.Insert(wanted, leaving);
  EXPECT_EQ(leaving, (std::vector<TinyLfu::Node*>{&nodes[0], &nodes[1]}));
}

TEST(FrequencySketchTest, CountsUpToFifteenAndHalves) {
  FrequencySketch sketch(64);

  for (int i = 0; i < 20; ++i) sketch.Record(7);
  EXPECT_EQ(sketch.Estimate(7), 15);
  EXPECT_EQ(sketch.Estimate(8), 0);

  for (uint64_t other = 0; other < 640; ++other) sketch.Record(1000 + other % 20);
  EXPECT_LE(sketch.Estimate(7), 8);
}

}  // namespace
}  // namespace marquee::cache
