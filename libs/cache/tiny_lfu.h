// W-TinyLFU with byte weights: the eviction policy of a bounded cache. A slideshow larger than its
// cache is a loop, on which LRU evicts every image just before it is requested again; here a new
// entry is admitted only if it was requested more often than the entries it would replace.
//
//   window (1 % of the bytes, LRU) ─► admission ─► main: probation (LRU) ⇄ protected (80 %, LRU)
//
// New entries start in the window. An entry that leaves it is compared with as many of the least
// recent entries of probation as it needs space for, and is admitted only if it was requested more
// often than all of them together; else it is evicted. A hit in probation promotes to protected.
// (Window and segments: Einziger et al., ACM ToS 2017; comparing with the sum of the victims: "AV"
// in Lightweight Robust Size Aware Cache Management, ACM ToS 2022.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "libs/cache/frequency_sketch.h"

namespace marquee::cache {

// Not thread-safe: guarded by the lock of the cache. Independent of keys, values and time.
class TinyLfu {
 public:
  // The policy's part of an entry; owned by the cache, which must not move it while it is in the
  // policy.
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
  // A hit on `node`, which is in the policy.
  void Hit(Node& node);
  // Inserts `node` and appends the evicted nodes to `leaving`, possibly `node` itself.
  void Insert(Node& node, std::vector<Node*>& leaving);
  void Remove(Node& node);

  // Never above the capacity between calls.
  size_t bytes() const { return window_.bytes + probation_.bytes + protected_.bytes; }
  size_t capacity_bytes() const { return window_bytes_ + main_bytes_; }

 private:
  // A doubly linked list through the nodes, and their total size.
  struct List {
    Node* newest = nullptr;
    Node* oldest = nullptr;
    size_t bytes = 0;
  };

  List& ListOf(Node::Segment segment);
  void Push(Node& node, Node::Segment segment);
  void Unlink(Node& node);
  // Admission: `candidate` is in no list.
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
