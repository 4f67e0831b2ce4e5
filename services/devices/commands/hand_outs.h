// Which commands went out in the answer to a heartbeat of this process. A display cannot
// acknowledge those; that it sends another heartbeat is the sign that it received the answer. The
// sign is worth nothing after a restart, because nobody knows whether the answer was still sent:
// then the command is handed out again.
#pragma once

#include <absl/time/time.h>

#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "libs/base/mutex.h"
#include "libs/base/strings.h"

namespace marquee::devices {

// Thread-safe.
class HandOuts {
 public:
  using Ids = std::set<std::string, std::less<>>;

  // The ids answered last to this device.
  Ids Of(std::string_view device_id) const;
  // Replaces them; empty forgets the device.
  void Set(std::string_view device_id, Ids ids, absl::Duration now);
  // Forgets what was answered before `oldest`; devices that were deleted end here.
  void ForgetBefore(absl::Duration oldest);

 private:
  struct Answer {
    Ids ids;
    absl::Duration at;
  };

  mutable base::Mutex mutex_;
  std::unordered_map<std::string, Answer, base::StringHash, base::StringEq> answers_
      MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::devices
