// Callers that wait for a display's acknowledgement. No thread is blocked: an acknowledgement, or
// the tick after the deadline, calls them back.
#pragma once

#include <absl/time/time.h>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/mutex.h"

namespace marquee::devices {

// Thread-safe. Each callback is returned exactly once; the caller that took it must call it.
class AckWaits {
 public:
  using Callback = std::function<void()>;

  // Maximum number of waiting callers; each costs some hundred bytes and an open RPC.
  explicit AckWaits(size_t most = 4096) : most_(most) {}

  // False: `most` callers are waiting.
  bool Add(std::string_view command_id, absl::Duration deadline, Callback callback);
  bool Has(std::string_view command_id) const;
  bool full() const;

  std::vector<Callback> Take(std::string_view command_id);
  // Those whose deadline (on the monotonic clock) is not after `now`.
  std::vector<Callback> TakeDue(absl::Duration now);
  std::vector<Callback> TakeAll();

 private:
  struct Wait {
    absl::Duration deadline;
    Callback callback;
  };
  using Waits = std::multimap<std::string, Wait, std::less<>>;

  template <class Due>
  std::vector<Callback> TakeIf(Due due);

  const size_t most_;
  mutable base::Mutex mutex_;
  Waits waits_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::devices
