#include "services/devices/commands/hand_outs.h"

#include <utility>

namespace marquee::devices {

HandOuts::Ids HandOuts::Of(std::string_view device_id) const {
  const base::MutexLock lock(mutex_);
  const auto found = hand_outs_.find(device_id);
  return found == hand_outs_.end() ? Ids() : found->second.ids;
}

void HandOuts::Set(std::string_view device_id, Ids ids, absl::Duration now) {
  const base::MutexLock lock(mutex_);
  if (ids.empty()) {
    const auto found = hand_outs_.find(device_id);
    if (found != hand_outs_.end()) hand_outs_.erase(found);
    return;
  }
  hand_outs_[std::string(device_id)] = {.ids = std::move(ids), .at = now};
}

void HandOuts::RemoveBefore(absl::Duration oldest) {
  const base::MutexLock lock(mutex_);
  std::erase_if(hand_outs_, [oldest](const auto& entry) { return entry.second.at < oldest; });
}

}  // namespace marquee::devices
