// The gateway's copy of each display's effective settings, received from the devices service, so
// that GET /get-config needs no call.
#pragma once

#include <absl/time/time.h>

#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/base/strings.h"
#include "services/gateway/ports/device_port.h"

namespace marquee::gateway {

// Immutable; displays with equal settings share one.
struct DisplaySettings {
  std::string hash;              // identifies what was set; "" before the first update
  boost::json::object settings;  // complete, see SettingsOfDisplay
  int64_t sync_period_ms = 0;    // see SyncPeriodMs
};
using DisplaySettingsPtr = std::shared_ptr<const DisplaySettings>;

// The identifiers of a display; each may be empty.
struct DisplayKnownBy {
  std::string device_id = {};
  std::string install_id = {};  // as sent by the page
  std::string cookie = {};  // the install id from the cookie, which scripts of the page cannot read
  std::string hardware_id = {};  // equal for identical television models
};

// Thread-safe. Uses some 400 bytes per device.
class SettingsDirectory {
 public:
  explicit SettingsDirectory(const base::Clock& clock);

  // A new stream begins and will send everything again. The known settings stay in use meanwhile;
  // entries that have not been sent again after a minute are dropped.
  void BeginAnew();
  // Applies an update. Bodies are reference-counted as the service counts them (see
  // EffectiveSettings in protos/marquee/devices/v1/device_service.proto): each is sent once and
  // dropped with its last user.
  void Apply(const SettingsUpdate& update);

  // Looks up by device id, install id, cookie and hardware id, in this order. Otherwise the
  // settings of unregistered displays. Never null.
  DisplaySettingsPtr Of(const DisplayKnownBy& known) const;
  DisplaySettingsPtr OfDevice(std::string_view device_id) const;

 private:
  struct Entry {
    uint64_t stream = 0;
    std::string install_id;
    std::string hardware_id;
    std::string cookie_id = {};
    DisplaySettingsPtr settings;
  };
  struct Body {
    DisplaySettingsPtr settings;
    int64_t holders = 0;
  };
  using Index = std::unordered_multimap<std::string, std::string, base::StringHash, base::StringEq>;

  DisplaySettingsPtr Take(const SettingsUpdate& update) MARQUEE_REQUIRES(mutex_);
  void Release(const Entry& entry) MARQUEE_REQUIRES(mutex_);
  void Remove(const std::string& device_id) MARQUEE_REQUIRES(mutex_);
  void Put(const std::string& device_id, const DeviceIdentity& identity,
           const DisplaySettingsPtr& settings) MARQUEE_REQUIRES(mutex_);
  void DropStale() MARQUEE_REQUIRES(mutex_);
  // Of the devices that registered with this cookie, if they have the same settings: a cache may
  // have given several displays one cookie.
  DisplaySettingsPtr ByCookie(std::string_view cookie) const MARQUEE_REQUIRES(mutex_);
  DisplaySettingsPtr ByIndex(const Index& index, std::string_view key) const
      MARQUEE_REQUIRES(mutex_);

  const base::Clock& clock_;
  const DisplaySettingsPtr defaults_;
  mutable base::Mutex mutex_;
  uint64_t stream_ MARQUEE_GUARDED_BY(mutex_) = 0;
  absl::Duration drop_stale_at_ MARQUEE_GUARDED_BY(mutex_) = absl::InfiniteDuration();
  Entry unregistered_ MARQUEE_GUARDED_BY(mutex_);
  std::unordered_map<std::string, Body> bodies_ MARQUEE_GUARDED_BY(mutex_);  // of this stream
  std::unordered_map<std::string, Entry, base::StringHash, base::StringEq> entries_
      MARQUEE_GUARDED_BY(mutex_);
  Index by_install_ MARQUEE_GUARDED_BY(mutex_);
  Index by_cookie_ MARQUEE_GUARDED_BY(mutex_);
  Index by_hardware_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::gateway
