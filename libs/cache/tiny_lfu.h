// W-TinyLFU with byte weights: which entries of a bounded cache stay. A slideshow larger than its
// cache is a loop, on which LRU throws out every picture just before it is asked for again; here a
// newcomer must have been asked for more often than what it would push out.
//
//   window (1 % of the bytes, LRU) ─► contest ─► main: probation (LRU) ⇄ protected (80 %, LRU)
//
// Newcomers get a moment in the window. Whoever falls out of it meets as many of the least recent
// of probation as it needs room for, and goes in only if it was asked for more often than all of
// them together; else it is the one that leaves. A hit in probation promotes to protected.
// (Window and segments: Einziger et al., ACM ToS 2017; comparing with the sum of the victims: "AV"
// in Lightweight Robust Size Aware Cache Management, ACM ToS 2022.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "libs/cache/frequency_sketch.h"

namespace marquee::cache {

// Not thread-safe: lives under the lock of the cache. Knows nothing of keys, values or time.
class TinyLfu {
 public:
  // What an entry carries for the policy; the cache owns it and must keep it in place while it is
  // in the policy.
  struct Node {
    uint64_t hash = 0;
    size_t bytes = 0;

   private:
    friend class TinyLfu;
    enum class Segment { kNone, kWindow, kProbation, kProtected };
    Segment segment = Segment::kNone;
    Node* newer = nullptr;
    Node* older = nullptr;
  };

  // `expected_entries`: how many entries fit, roughly; sizes the frequency sketch.
  TinyLfu(size_t capacity_bytes, size_t expected_entries);
  TinyLfu(const TinyLfu&) = delete;
  TinyLfu& operator=(const TinyLfu&) = delete;

  // Every request for a key, found or not, is counted before anything else.
  void Record(uint64_t hash) { sketch_.Record(hash); }
  // `node`, which is in the policy, was asked for and found.
  void Hit(Node& node);
  // Takes `node` in and appends to `leaving` the nodes that are out now, possibly `node` itself.
  void Insert(Node& node, std::vector<Node*>& leaving);
  void Remove(Node& node);

  // Never above the capacity between calls.
  size_t bytes() const { return window_.bytes + probation_.bytes + protected_.bytes; }
  size_t capacity_bytes() const { return window_bytes_ + main_bytes_; }

 private:
  // A doubly linked list through the nodes, and what they weigh.
  struct List {
    Node* newest = nullptr;
    Node* oldest = nullptr;
    size_t bytes = 0;
  };

  List& ListOf(Node::Segment segment);
  void Push(Node& node, Node::Segment segment);
  void Unlink(Node& node);
  // The contest: `candidate` is in no list.
  void Admit(Node& candidate, std::vector<Node*>& leaving);

  const size_t window_bytes_;
  const size_t main_bytes_;
  const size_t protected_bytes_;
  FrequencySketch sketch_;
  List window_;
  List probation_;
  List protected_;
};

}  // namespace marquee::cache
