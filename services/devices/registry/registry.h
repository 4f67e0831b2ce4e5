// Who the displays are: registration, proof of identity, heartbeats, the list. A display that is
// told "unknown" or "wrong secret" wipes its identity and never comes back by itself, so
// kUnauthenticated is answered only when the store has said so for certain; every doubt is
// kUnavailable.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/clock.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"
#include "services/devices/bus/bus.h"
#include "services/devices/model/device.h"
#include "services/devices/presence/presence_tracker.h"
#include "services/devices/store/device_store.h"

namespace marquee::devices {

// Where a display may be known from; either may be empty.
struct Identity {
  std::string install_id;
  std::string hardware_id;
};

struct Credentials {
  std::string device_id;
  std::string secret;
};

struct RegisterRequest {
  Identity identity;
  std::string name;      // wished; taken only where there is none
  std::string location;  // likewise
  std::string request_id;
};

struct Registered {
  Device device;
  std::string secret;  // 64 hex digits; the only time it is seen
  bool created = false;
};

enum class CheckOutcome { kValid, kNotFound, kSecretRequired, kInvalidSecret };

struct Checked {
  CheckOutcome outcome = CheckOutcome::kNotFound;
  std::string device_id;  // empty for kNotFound
};

// What a display says of itself.
struct HeartbeatNews {
  Identity identity;
  std::string client_info;    // JSON object, laid over what was said before; empty: no news
  std::string current_state;  // likewise
};

// A heartbeat that a gateway collected; it has checked the credentials.
struct CollectedHeartbeat {
  std::string device_id;
  HeartbeatNews news;
  absl::Time received_at;
};

struct HeartbeatAnswer {
  bool reload = false;
};

// A device as it is shown: the record with what was heard since, and its presence.
struct SeenDevice {
  Device device;
  Presence presence = Presence::kUnknown;
};

struct DevicePage {
  std::vector<SeenDevice> devices;
  std::optional<DeviceCursor> next;  // unset on the last page
};

// Bounds of what a stranger may make us keep. Longer is kInvalidArgument.
inline constexpr size_t kMaxIdentifierBytes = 256;
inline constexpr size_t kMaxNameBytes = 256;
inline constexpr size_t kMaxStateBytes = size_t{64} * 1024;

// kInvalidArgument: one of the ids is too long.
absl::Status CheckIdentity(const Identity& identity);

// Thread-safe; calls block on the store.
class Registry {
 public:
  struct Deps {
    DeviceStore& store;
    PresenceTracker& presence;
    Bus& bus;  // BusTopic::kDeviceChanged, after whatever is stored of a device has changed
    const base::Clock& clock;
    obs::Logger& logger;
    obs::Metrics& metrics;  // marquee_devices{presence}
  };

  // Reads every device's last sign of life, so that presence is right from the start.
  static absl::StatusOr<std::unique_ptr<Registry>> Create(Deps deps);

  // Finds the device this display already is, or makes one, and gives it a new secret:
  //  1. the same request_id;
  //  2. the same hardware id and the same install id;
  //  3. the same hardware id, if that device is not there now: an identical television that is
  //     online, or was registered a moment ago, is another one and keeps its record and secret;
  //  4. the same install id;
  //  5. none: a new device, named `Device YYYY-MM-DD` unless a name was wished.
  // A name or location that is not empty is kept.
  absl::StatusOr<Registered> Register(const RegisterRequest& request);

  // Looks by id, then by hardware id, then by install id. kInvalidArgument, reason
  // MISSING_DEVICE_IDENTIFIER: none of the three was given.
  absl::StatusOr<Checked> Check(const Credentials& credentials, const Identity& identity);

  // kUnauthenticated with reason MISSING_CREDENTIALS, DEVICE_NOT_FOUND or INVALID_SECRET. The
  // first use of a new secret ends the grace of the one before it.
  absl::StatusOr<Device> Authenticate(const Credentials& credentials);

  // As Authenticate, then takes the news. A hardware id that changed is stored; other devices with
  // it are left alone, since identical televisions share it. No disk sync unless something durable
  // changed.
  absl::StatusOr<HeartbeatAnswer> Heartbeat(const Credentials& credentials,
                                            const HeartbeatNews& news);
  // Heartbeats of devices that no longer exist are dropped.
  absl::Status TakeHeartbeats(const std::vector<CollectedHeartbeat>& heartbeats);

  // kNotFound: no such device.
  absl::StatusOr<SeenDevice> Get(std::string_view device_id);
  absl::StatusOr<DevicePage> List(const DeviceCursor& after, size_t limit);
  // Those of `device_ids` that exist.
  absl::StatusOr<std::vector<std::string>> Existing(const std::vector<std::string>& device_ids);

  // Removes the device and its commands; returns the socket to be closed. kNotFound: no such
  // device. kAborted: `revision` is set and not the present one.
  absl::StatusOr<std::optional<Socket>> Delete(std::string_view device_id,
                                               std::optional<int64_t> revision);

  // Writes what heartbeats left, some hundred devices a transaction. Called every few seconds and
  // at the end. What cannot be written is kept for the next time.
  absl::Status FlushPresence();

 private:
  explicit Registry(Deps deps);

  absl::StatusOr<std::optional<Device>> FindKnown(StoreTransaction& store,
                                                  const RegisterRequest& request) const;
  bool IsAnotherOne(const Device& device, const Identity& identity) const;
  // Changes the stored device by `change`, which says whether there was something to change.
  template <class Change>
  absl::Status Update(std::string_view device_id, Change change);
  void Hear(const Device& device, const HeartbeatNews& news, absl::Time at);

  DeviceStore& store_;
  PresenceTracker& presence_;
  Bus& bus_;
  const base::Clock& clock_;
  obs::Logger& logger_;
  bool flush_failing_ = false;  // only the flushing thread
  std::shared_ptr<void> on_scrape_;
};

}  // namespace marquee::devices
