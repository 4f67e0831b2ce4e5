#include "libs/cache/tiny_lfu.h"

namespace marquee::cache {

TinyLfu::TinyLfu(size_t capacity_bytes, size_t expected_entries)
    : window_bytes_(capacity_bytes / 100),
      main_bytes_(capacity_bytes - window_bytes_),
      protected_bytes_(main_bytes_ / 5 * 4),
      sketch_(expected_entries) {}

void TinyLfu::Hit(Node& node) {
  const bool in_window = node.segment == Node::Segment::kWindow;
  Unlink(node);
  if (in_window) {
    Push(node, Node::Segment::kWindow);
    return;
  }
  Push(node, Node::Segment::kProtected);
  while (protected_.bytes > protected_bytes_) {
    Node& demoted = *protected_.oldest;
    Unlink(demoted);
    Push(demoted, Node::Segment::kProbation);
  }
}

void TinyLfu::Insert(Node& node, std::vector<Node*>& leaving) {
  if (node.bytes > window_bytes_) {  // would flush the whole window and still not fit
    Admit(node, leaving);
    return;
  }
  Push(node, Node::Segment::kWindow);
  while (window_.bytes > window_bytes_) {
    Node& candidate = *window_.oldest;
    Unlink(candidate);
    Admit(candidate, leaving);
  }
}

void TinyLfu::Admit(Node& candidate, std::vector<Node*>& leaving) {
  if (candidate.bytes > main_bytes_) {
    leaving.push_back(&candidate);
    return;
  }
  const int frequency = sketch_.Estimate(candidate.hash);
  size_t free_bytes = main_bytes_ - probation_.bytes - protected_.bytes;
  int defended = 0;
  std::vector<Node*> victims;
  // On a tie the existing entries stay: in a loop all frequencies are equal, and keeping them
  // yields a hit ratio of cache size divided by loop size instead of zero.
  for (Node::Segment segment : {Node::Segment::kProbation, Node::Segment::kProtected}) {
    for (Node* n = ListOf(segment).oldest; n != nullptr && free_bytes < candidate.bytes;
         n = n->newer) {
      defended += sketch_.Estimate(n->hash);
      if (defended >= frequency) {
        leaving.push_back(&candidate);
        return;
      }
      free_bytes += n->bytes;
      victims.push_back(n);
    }
  }
  for (Node* victim : victims) {
    Unlink(*victim);
    leaving.push_back(victim);
  }
  Push(candidate, Node::Segment::kProbation);
}

void TinyLfu::Remove(Node& node) { Unlink(node); }

TinyLfu::List& TinyLfu::ListOf(Node::Segment segment) {
  if (segment == Node::Segment::kWindow) return window_;
  return segment == Node::Segment::kProbation ? probation_ : protected_;
}

void TinyLfu::Push(Node& node, Node::Segment segment) {
  List& list = ListOf(segment);
  node.segment = segment;
  node.newer = nullptr;
  node.older = list.newest;
  (list.newest != nullptr ? list.newest->newer : list.oldest) = &node;
  list.newest = &node;
  list.bytes += node.bytes;
}

void TinyLfu::Unlink(Node& node) {
  List& list = ListOf(node.segment);
  (node.newer != nullptr ? node.newer->older : list.newest) = node.older;
  (node.older != nullptr ? node.older->newer : list.oldest) = node.newer;
  list.bytes -= node.bytes;
  node.segment = Node::Segment::kNone;
  node.newer = node.older = nullptr;
}

}  // namespace marquee::cache
