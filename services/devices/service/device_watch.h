// WatchDevices: streams all devices first, then each change of a device, its presence or its
// reported state. Changes are collected for a moment, so that a frequently changing device is sent
// only a few times per second.
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
  // Number of changes after which a watcher can still resume: at one change per second, an
  // interruption of four hours.
  static constexpr size_t kResumable = 16'384;
  static constexpr absl::Duration kSendEvery = absl::Milliseconds(250);

  struct Deps {
    Registry& registry;
    PresenceTracker& presence;
    Bus& bus;
    const base::Clock& clock;
  };

  explicit DeviceWatch(Deps deps);

  // A stream that continues after `resume_token`; from the beginning if it is empty, too old, or
  // from another process.
  grpc::ServerWriteReactor<pb::WatchDevicesResponse>* Watch(std::string_view resume_token);

  // Called several times per second: sends the changes.
  void Tick();
  void EndAll(const absl::Status& status);

 private:
  using Updates = Watchers<pb::WatchDevicesResponse>;

  // The message for the current state of a device; null on an error.
  std::shared_ptr<const pb::WatchDevicesResponse> MessageOf(const std::string& device_id,
                                                            int64_t sequence);
  absl::StatusOr<std::vector<Updates::Keyed>> Everything() MARQUEE_REQUIRES(mutex_);
  std::string TokenOf(int64_t sequence) const;
  // The sequence number of a token of this process that can be resumed after.
  std::optional<int64_t> SequenceFrom(std::string_view token) const MARQUEE_REQUIRES(mutex_);

  const Deps deps_;
  const std::string instance_;  // identifies this process: tokens of another one are invalid
  Updates watchers_;
  base::Mutex mutex_;
  std::set<std::string> changed_ MARQUEE_GUARDED_BY(mutex_);  // to be sent
  int64_t sequence_ MARQUEE_GUARDED_BY(mutex_) = 0;
  std::deque<std::pair<int64_t, std::string>> sent_ MARQUEE_GUARDED_BY(mutex_);
  absl::Duration next_send_ MARQUEE_GUARDED_BY(mutex_);
  std::shared_ptr<void> on_device_;
};

}  // namespace marquee::devices
