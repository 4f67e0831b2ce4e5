#include "libs/cache/ghost_curve.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "libs/cache/lru.h"
#include "libs/cache/mix.h"
#include "libs/cache/tiny_lfu.h"

namespace marquee::cache {
namespace {

constexpr std::array<double, 4> kFactors{0.5, 1, 2, 4};
// Entries that the smallest ghost cache should hold, so that the result is not left to chance.
constexpr uint64_t kSampledEntries = 256;
constexpr uint64_t kMostSparse = 64;
// Sampled requests after which earlier counts are halved, so that the result follows changes of the
// request pattern.
constexpr uint64_t kPeriod = 50'000;

}  // namespace

class GhostCurve::Miniature {
 public:
  virtual ~Miniature() = default;
  // True: a hit.
  virtual bool Request(uint64_t hash) = 0;
  virtual void Loaded(uint64_t hash, size_t bytes) = 0;
  double hits = 0;
  double requests = 0;
};

template <class PolicyType>
class GhostCurve::MiniatureOf final : public Miniature {
 public:
  MiniatureOf(size_t capacity_bytes, size_t expected_entries)
      : policy_(capacity_bytes, expected_entries) {}

  bool Request(uint64_t hash) override {
    policy_.Record(hash);
    const auto it = held_.find(hash);
    if (it == held_.end()) return false;
    policy_.Hit(it->second);
    return true;
  }

  void Loaded(uint64_t hash, size_t bytes) override {
    if (held_.contains(hash)) return;
    typename PolicyType::Node& node = held_[hash];
    node.hash = hash;
    node.bytes = bytes;
    std::vector<typename PolicyType::Node*> leaving;
    policy_.Insert(node, leaving);
    for (const auto* gone : leaving) {
      const uint64_t key = gone->hash;  // copied: the node is destroyed with its entry
      held_.erase(key);
    }
  }

 private:
  PolicyType policy_;
  std::unordered_map<uint64_t, typename PolicyType::Node> held_;
};

GhostCurve::GhostCurve(const Options& options)
    : one_in_(std::clamp<uint64_t>(options.capacity_bytes /
                                       std::max<size_t>(options.expected_entry_bytes, 1) / 2 /
                                       kSampledEntries,
                                   1, kMostSparse)) {
  for (const double factor : kFactors) {
    const auto bytes = static_cast<size_t>(static_cast<double>(options.capacity_bytes) * factor /
                                           static_cast<double>(one_in_));
    const size_t entries = bytes / std::max<size_t>(options.expected_entry_bytes, 1);
    if (options.policy == Policy::kLru) {
      miniatures_.push_back(std::make_unique<MiniatureOf<Lru>>(bytes, entries));
    } else {
      miniatures_.push_back(std::make_unique<MiniatureOf<TinyLfu>>(bytes, entries));
    }
  }
}

GhostCurve::~GhostCurve() = default;

bool GhostCurve::IsSampled(uint64_t hash) const { return Mix(hash) % one_in_ == 0; }

void GhostCurve::Request(uint64_t hash) {
  all_requests_.fetch_add(1, std::memory_order_relaxed);
  if (!IsSampled(hash)) return;
  const base::MutexLock lock(mutex_);
  for (const auto& miniature : miniatures_) {
    miniature->requests += 1;
    if (miniature->Request(hash)) miniature->hits += 1;
  }
  if (++requests_ % kPeriod != 0) return;
  for (const auto& miniature : miniatures_) {
    miniature->hits /= 2;
    miniature->requests /= 2;
  }
  all_requests_ = all_requests_ / 2;
}

void GhostCurve::Loaded(uint64_t hash, size_t bytes) {
  if (!IsSampled(hash)) return;
  const base::MutexLock lock(mutex_);
  for (const auto& miniature : miniatures_) miniature->Loaded(hash, bytes);
}

std::vector<GhostCurve::Point> GhostCurve::Points() const {
  const base::MutexLock lock(mutex_);
  std::vector<Point> points;
  if (requests_ < kLeastRequests) return points;
  // Whether the few most requested keys are in the sample is chance. The difference between the
  // expected and the actual number of sampled requests consists of requests for these keys, which
  // hit at any size ("SHARDS-adj", Waldspurger et al., USENIX FAST 2015).
  const double expected = static_cast<double>(all_requests_) / static_cast<double>(one_in_);
  for (size_t i = 0; i < kFactors.size(); ++i) {
    const double hits = miniatures_[i]->hits + expected - miniatures_[i]->requests;
    points.push_back(
        {.size_factor = kFactors[i], .hit_ratio = std::clamp(hits / expected, 0.0, 1.0)});
  }
  return points;
}

}  // namespace marquee::cache
