// Records the commands delivered in heartbeat responses by this process. A display cannot
// acknowledge those; its next heartbeat shows that it received the response. After a restart that
// conclusion is not possible, because it is unknown whether the response was sent: then the command
// is delivered again.
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

  // The ids in the last response to this device.
  Ids Of(std::string_view device_id) const;
  // Replaces them; empty removes the device.
  void Set(std::string_view device_id, Ids ids, absl::Duration now);
  // Removes responses before `oldest`, including those of deleted devices.
  void RemoveBefore(absl::Duration oldest);

 private:
  struct HandOut {
    Ids ids;
    absl::Duration at;
  };

  mutable base::Mutex mutex_;
  std::unordered_map<std::string, HandOut, base::StringHash, base::StringEq> hand_outs_
      MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::devices
