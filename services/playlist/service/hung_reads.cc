#include "services/playlist/service/hung_reads.h"

namespace marquee::playlist {

HungReads::HungReads(obs::Metrics& metrics)
    : gauge_(
          metrics.gauge("marquee_artwork_hung_reads",
                        "Reads of artwork that hold a thread although their time is up, as those "
                        "of a network share that hangs.")) {}

size_t HungReads::Of(std::string_view source) const {
  const auto found = reads_.find(source);
  return found == reads_.end() ? 0 : found->second;
}

void HungReads::Began(std::string_view source) {
  const base::MutexLock lock(mutex_);
  ++reads_[std::string(source)];
  gauge_.Set(static_cast<double>(++all_));
}

void HungReads::Ended(std::string_view source) {
  const base::MutexLock lock(mutex_);
  const auto found = reads_.find(source);
  if (found == reads_.end()) return;
  if (--found->second == 0) reads_.erase(found);
  gauge_.Set(static_cast<double>(--all_));
}

bool HungReads::AnyOf(std::string_view source) const {
  const base::MutexLock lock(mutex_);
  return Of(source) > 0;
}

bool HungReads::Hangs(std::string_view source) const {
  const base::MutexLock lock(mutex_);
  return Of(source) >= kSourceHangs;
}

}  // namespace marquee::playlist
