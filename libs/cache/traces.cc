#include "libs/cache/traces.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <set>
#include <unordered_map>

#include "libs/cache/lru.h"
#include "libs/cache/tiny_lfu.h"

namespace marquee::cache::traces {
namespace {

constexpr size_t kMeanBytes = 1000;

size_t WeightOf(uint64_t key) {
  return kMeanBytes / 2 + key * 0x9e3779b97f4a7c15ULL % (kMeanBytes + 1);
}

Request For(uint64_t key) { return {.key = key, .bytes = WeightOf(key)}; }

Score ScoreOf(double hits, double hit_bytes, const Trace& trace) {
  const double bytes = std::accumulate(
      trace.begin(), trace.end(), 0.0,
      [](double sum, const Request& request) { return sum + static_cast<double>(request.bytes); });
  return {.hits = hits / static_cast<double>(trace.size()), .bytes = hit_bytes / bytes};
}

}  // namespace

Trace Zipf(uint64_t keys, double exponent, size_t requests, uint64_t seed) {
  std::vector<double> weights;
  for (uint64_t rank = 1; rank <= keys; ++rank) {
    weights.push_back(std::pow(static_cast<double>(rank), -exponent));
  }
  std::discrete_distribution<uint64_t> pick(weights.begin(), weights.end());
  std::mt19937_64 random(seed);
  Trace trace;
  for (size_t i = 0; i < requests; ++i) trace.push_back(For(pick(random)));
  return trace;
}

Trace Loop(uint64_t keys, size_t rounds) {
  Trace trace;
  for (size_t round = 0; round < rounds; ++round) {
    for (uint64_t key = 0; key < keys; ++key) trace.push_back(For(key));
  }
  return trace;
}

Trace ScanAndZipf(uint64_t keys, double exponent, size_t requests, size_t every, size_t scan) {
  Trace trace;
  uint64_t next = uint64_t{1} << 32;
  for (const Request& request : Zipf(keys, exponent, requests)) {
    trace.push_back(request);
    if (trace.size() % every != 0) continue;
    for (size_t i = 0; i < scan; ++i) trace.push_back(For(next++));
  }
  return trace;
}

Trace SlideshowDay(uint64_t images, size_t screens, size_t requests) {
  std::mt19937_64 random(7);
  std::vector<uint64_t> playlist(images);
  std::iota(playlist.begin(), playlist.end(), 0);
  std::shuffle(playlist.begin(), playlist.end(), random);
  std::vector<size_t> places(screens);
  for (size_t& place : places) place = random() % images;
  uint64_t newest = images;
  Trace trace;
  const size_t hour = requests / 24;
  while (trace.size() < requests) {
    size_t& place = places[random() % screens];
    place = (place + 1) % images;
    trace.push_back(For(playlist[place]));
    if (random() % 10 == 0) trace.push_back(For(playlist[random() % (images / 50 + 1)]));
    if (trace.size() % hour == 0) {
      for (uint64_t i = 0; i < images / 100; ++i) playlist[random() % images] = newest++;
    }
  }
  return trace;
}

template <class Policy>
Score Play(const Trace& trace, size_t capacity_bytes) {
  Policy policy(capacity_bytes, capacity_bytes / kMeanBytes);
  std::unordered_map<uint64_t, typename Policy::Node> held;
  double hits = 0;
  double hit_bytes = 0;
  std::vector<typename Policy::Node*> leaving;
  for (const Request& request : trace) {
    policy.Record(request.key);
    if (const auto it = held.find(request.key); it != held.end()) {
      policy.Hit(it->second);
      hits += 1;
      hit_bytes += static_cast<double>(request.bytes);
      continue;
    }
    typename Policy::Node& node = held[request.key];
    node.hash = request.key;
    node.bytes = request.bytes;
    leaving.clear();
    policy.Insert(node, leaving);
    for (const auto* gone : leaving) {
      const uint64_t key = gone->hash;  // copied: the node is destroyed with its entry
      held.erase(key);
    }
  }
  return ScoreOf(hits, hit_bytes, trace);
}

template Score Play<TinyLfu>(const Trace&, size_t);
template Score Play<Lru>(const Trace&, size_t);

Score PlayBelady(const Trace& trace, size_t capacity_bytes) {
  constexpr size_t kNever = std::numeric_limits<size_t>::max();
  std::vector<size_t> next_use(trace.size(), kNever);
  std::unordered_map<uint64_t, size_t> seen;
  for (size_t i = trace.size(); i-- > 0;) {
    if (const auto it = seen.find(trace[i].key); it != seen.end()) next_use[i] = it->second;
    seen[trace[i].key] = i;
  }
  std::set<std::pair<size_t, uint64_t>> by_next_use;
  std::unordered_map<uint64_t, size_t> held;  // index of the next use by key
  size_t bytes = 0;
  double hits = 0;
  double hit_bytes = 0;
  for (size_t i = 0; i < trace.size(); ++i) {
    const Request& request = trace[i];
    if (const auto it = held.find(request.key); it != held.end()) {
      hits += 1;
      hit_bytes += static_cast<double>(request.bytes);
      by_next_use.erase({it->second, request.key});
      held.erase(it);
      bytes -= request.bytes;
    }
    if (next_use[i] == kNever) continue;
    by_next_use.emplace(next_use[i], request.key);
    held[request.key] = next_use[i];
    bytes += request.bytes;
    while (bytes > capacity_bytes) {
      const auto last = std::prev(by_next_use.end());
      bytes -= WeightOf(last->second);
      held.erase(last->second);
      by_next_use.erase(last);
    }
  }
  return ScoreOf(hits, hit_bytes, trace);
}

}  // namespace marquee::cache::traces
