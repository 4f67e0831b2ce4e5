// Least-recently-used eviction with the same interface as TinyLfu. For caches whose entries are
// stored elsewhere, and as a baseline in benchmarks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <vector>

namespace marquee::cache {

// Not thread-safe. Owns no nodes.
class Lru {
 public:
  // Owned by the cache; in the policy from Insert until it is reported in `leaving`, or Remove.
  struct Node {
    uint64_t hash = 0;  // of the key
    size_t bytes = 0;   // does not change while the node is in the policy

   private:
    friend class Lru;
    std::list<Node*>::iterator position;
  };

  // The second parameter exists for TinyLfu, which counts requests.
  Lru(size_t capacity_bytes, size_t /*expected_entries*/) : capacity_bytes_(capacity_bytes) {}
  Lru(const Lru&) = delete;
  Lru& operator=(const Lru&) = delete;

  void Record(uint64_t /*hash*/) {}
  // A hit on `node`, which is in the policy.
  void Hit(Node& node) { order_.splice(order_.begin(), order_, node.position); }
  // Inserts `node` and appends the evicted nodes to `leaving`, possibly `node` itself.
  void Insert(Node& node, std::vector<Node*>& leaving) {
    order_.push_front(&node);
    node.position = order_.begin();
    bytes_ += node.bytes;
    while (bytes_ > capacity_bytes_) {
      Node& oldest = *order_.back();
      Remove(oldest);
      leaving.push_back(&oldest);
    }
  }
  void Remove(Node& node) {
    bytes_ -= node.bytes;
    order_.erase(node.position);
  }

  size_t bytes() const { return bytes_; }
  size_t capacity_bytes() const { return capacity_bytes_; }

 private:
  const size_t capacity_bytes_;
  size_t bytes_ = 0;
  std::list<Node*> order_;  // latest first
};

}  // namespace marquee::cache
