// Traces of requests for tests and benchmarks of caches, and policies played against them. Seeded:
// the same on every machine that has the same standard library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace marquee::cache::traces {

struct Request {
  uint64_t key = 0;
  size_t bytes = 0;  // always the same for a key
};
using Trace = std::vector<Request>;

// Key number k is wanted in proportion to 1 / k^exponent. Weights of entries vary between a half
// and one and a half of the mean.
Trace Zipf(uint64_t keys, double exponent, size_t requests, uint64_t seed = 42);
// All keys in turn, again and again: a slideshow.
Trace Loop(uint64_t keys, size_t rounds);
// Zipf, with a scan over keys that are never wanted again after each `every` requests.
Trace ScanAndZipf(uint64_t keys, double exponent, size_t requests, size_t every, size_t scan);
// A day of a wall: screens walk a shuffled playlist, each at its own place; every hour some of it
// changes; people look at a few favourites in between.
Trace SlideshowDay(uint64_t pictures, size_t screens, size_t requests);

struct Score {
  double hits = 0;   // share of requests
  double bytes = 0;  // share of bytes
};

// Whether each weighs the same here: capacity in bytes.
template <class Policy>
Score Play(const Trace& trace, size_t capacity_bytes);
// Evicts what is wanted again the latest, and keeps nothing that is wanted later than all it holds:
// what no policy can beat for entries of one size (Bélády, 1966).
Score PlayBelady(const Trace& trace, size_t capacity_bytes);

}  // namespace marquee::cache::traces
