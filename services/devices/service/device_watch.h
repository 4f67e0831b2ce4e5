// WatchDevices: every device at once, then each change of a record, of presence, or of what a
// screen says it shows. Changes are collected for a moment, so that a busy device is told a few
// times a second and not more.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "marquee/devices/v1/device_service.pb.h"
#include "services/devices/bus/bus.h"
#include "services/devices/presence/presence_tracker.h"
#include "services/devices/registry/registry.h"
#include "services/devices/service/watchers.h"

namespace marquee::devices {

namespace pb = ::marquee::devices::v1;

// Thread-safe.
class DeviceWatch {
 public:
  // Changes that a watcher may have missed and still resume behind: at a change a second, a break
  // of four hours.
  static constexpr size_t kRemembered = 16'384;
  static constexpr absl::Duration kLookEvery = absl::Milliseconds(250);

  struct Deps {
    Registry& registry;
    PresenceTracker& presence;
    Bus& bus;
    const base::Clock& clock;
  };

  explicit DeviceWatch(Deps deps);

  // A stream behind `resume_token`; from the beginning when it is empty, too old, or not ours.
  grpc::ServerWriteReactor<pb::WatchDevicesResponse>* Watch(std::string_view resume_token);

  // Called several times a second: tells what has changed.
  void Tick();
  void EndAll(const absl::Status& status);

 private:
  using News = Watchers<pb::WatchDevicesResponse>;

  // What there is to tell of a device now; null in doubt.
  std::shared_ptr<const pb::WatchDevicesResponse> MessageOf(const std::string& device_id,
                                                            int64_t sequence);
  absl::StatusOr<std::vector<News::Keyed>> Everything() MARQUEE_REQUIRES(mutex_);
  std::string TokenOf(int64_t sequence) const;
  // The sequence number of a token of ours that can be resumed behind.
  std::optional<int64_t> SequenceFrom(std::string_view token) const MARQUEE_REQUIRES(mutex_);

  const Deps deps_;
  const std::string instance_;  // of this process: tokens of another one say nothing here
  News watchers_;
  base::Mutex mutex_;
  std::set<std::string> changed_ MARQUEE_GUARDED_BY(mutex_);  // to be told
  int64_t sequence_ MARQUEE_GUARDED_BY(mutex_) = 0;
  std::deque<std::pair<int64_t, std::string>> told_ MARQUEE_GUARDED_BY(mutex_);
  absl::Duration next_look_ MARQUEE_GUARDED_BY(mutex_);
  std::shared_ptr<void> on_device_;
};

}  // namespace marquee::devices
