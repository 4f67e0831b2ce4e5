#include "services/gateway/routes/admin/rate_window.h"

namespace marquee::gateway {
namespace {

constexpr absl::Duration kWindow = absl::Minutes(1);
constexpr absl::Duration kApart = absl::Seconds(1);  // so there are at most 61 samples

}  // namespace

TierRates RateWindow::Look(absl::Duration now, const std::vector<TierStats>& tiers) {
  Sample present{.at = now, .tiers = {}};
  for (const TierStats& tier : tiers) {
    present.tiers[{tier.cache, tier.tier}] = {tier.hits + tier.stale, tier.misses};
  }
  const base::MutexLock lock(mutex_);
  while (samples_.size() > 1 && samples_[1].at <= now - kWindow) samples_.pop_front();
  TierRates rates;
  if (!samples_.empty() && now - samples_.front().at >= kApart) {
    const Sample& then = samples_.front();
    const double seconds = absl::ToDoubleSeconds(now - then.at);
    for (const auto& [name, counts] : present.tiers) {
      const auto before = then.tiers.find(name);
      // Fewer than before: the service was restarted.
      if (before == then.tiers.end() || counts.hits < before->second.hits ||
          counts.misses < before->second.misses) {
        continue;
      }
      rates[name] = {static_cast<double>(counts.hits - before->second.hits) / seconds,
                     static_cast<double>(counts.misses - before->second.misses) / seconds};
    }
  }
  if (samples_.empty() || now - samples_.back().at >= kApart) {
    samples_.push_back(std::move(present));
  }
  return rates;
}

}  // namespace marquee::gateway
