// Request traces for tests and benchmarks of caches, and simulations of policies on them. Seeded:
// equal on all machines with the same standard library.
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

// Key number k is requested in proportion to 1 / k^exponent. Entry sizes vary between 0.5 and 1.5
// of the mean.
Trace Zipf(uint64_t keys, double exponent, size_t requests, uint64_t seed = 42);
// All keys in turn, repeatedly: a slideshow.
Trace Loop(uint64_t keys, size_t rounds);
// Zipf, with a scan over keys that are requested only once after each `every` requests.
Trace ScanAndZipf(uint64_t keys, double exponent, size_t requests, size_t every, size_t scan);
// A day of a wall of displays: screens step through a shuffled playlist, each at its own position;
// every hour part of the playlist changes; people view a few favourites in between.
Trace SlideshowDay(uint64_t images, size_t screens, size_t requests);

struct Score {
  double hits = 0;   // share of requests
  double bytes = 0;  // share of bytes
};

// Capacity in bytes.
template <class Policy>
Score Play(const Trace& trace, size_t capacity_bytes);
// Evicts the entry whose next request is the furthest away, and does not admit one that is further
// away than all others: the optimum for entries of one size (Bélády, 1966).
Score PlayBelady(const Trace& trace, size_t capacity_bytes);

}  // namespace marquee::cache::traces
