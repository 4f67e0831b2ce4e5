#include "services/devices/commands/hand_outs.h"

#include <utility>

namespace marquee::devices {

HandOuts::Ids HandOuts::Of(std::string_view device_id) const {
  const base::MutexLock lock(mutex_);
  const auto found = answers_.find(device_id);
  return found == answers_.end() ? Ids() : found->second.ids;
}

void HandOuts::Set(std::string_view device_id, Ids ids, absl::Duration now) {
  const base::MutexLock lock(mutex_);
  if (ids.empty()) {
    const auto found = answers_.find(device_id);
    if (found != answers_.end()) answers_.erase(found);
    return;
  }
  answers_[std::string(device_id)] = {.ids = std::move(ids), .at = now};
}

void HandOuts::ForgetBefore(absl::Duration oldest) {
  const base::MutexLock lock(mutex_);
  std::erase_if(answers_, [oldest](const auto& entry) { return entry.second.at < oldest; });
}

}  // namespace marquee::devices
