// Who the displays are: registration, proof of identity, heartbeats, the list. A display that is
// answered "unknown" or "wrong secret" wipes its identity and never comes back by itself, so
// kUnauthenticated is answered only when the store proves it: a record of the deletion, or a wrong
// secret in a store that was not restored since it issued that device's secret. Absence is no
// proof: the store may be a new or an older one. Every doubt is kUnavailable.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <memory>
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
#include "services/devices/registry/identity.h"
#include "services/devices/registry/store_identity.h"
#include "services/devices/registry/unknown_displays.h"
#include "services/devices/store/device_store.h"

namespace marquee::devices {

struct RegisterRequest {
  Identity identity;
  std::string name = {};      // wished; taken only where there is none
  std::string location = {};  // likewise
  std::string request_id = {};
  Credentials proof = {};  // what the display still has; may be empty
  Caller caller = {};
};

struct Registered {
  Device device;
  std::string secret;  // 64 hex digits; the only time it is seen
  bool created = false;
};

enum class CheckOutcome { kValid, kNotFound, kSecretRequired, kInvalidSecret };

struct Checked {
  CheckOutcome outcome = CheckOutcome::kNotFound;
  // For kValid and kInvalidSecret; for kSecretRequired only the id that the caller presented.
  std::string device_id;
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
  std::string device_id;  // the device that this display is now, see Authenticate
  bool reload = false;
  std::string approval_code = {};  // to be shown while it waits for approval
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
    const StoreIdentity& identity;
    UnknownDisplays& unknown;
    // Devices that wait for approval; beyond this the one that was silent longest is dropped.
    size_t max_awaiting_approval = 1000;
  };

  // Reads every device's last sign of life, so that presence is right from the start.
  static absl::StatusOr<std::unique_ptr<Registry>> Create(Deps deps);

  // Finds the device this display already is, or makes one, and gives it a new secret. A display
  // that presents the present secret of a device is that device. One that does not may get a record
  // back with RegistrationPolicy::kOpen only:
  //  1. the same request_id, or the same hardware id and installation id, or the same installation
  //     id: if that device has no open socket and no recent heartbeat, and its installation id was
  //     not seen at another address within 24 h;
  //  2. the same hardware id alone: likewise, and if it was not registered just now, since
  //  identical
  //     televisions have one hardware id;
  //  3. the same hardware id, although heard of a moment ago: if its socket closed with 1001 (the
  //     page was left), no other record has this hardware id, it used this address, and no other
  //     device did within 24 h.
  // Else it is a new device, named `Device YYYY-MM-DD` unless a name was wished, marked
  // `perhaps_same_as` a record that it resembles and whose display is not connected. With kApprove
  // it waits for approval. A name or location that is not empty is kept.
  //
  // kPermissionDenied, reason REGISTRATION_CLOSED: kClosed, and no proof. kResourceExhausted: as
  // many devices as may wait for approval do, and all are there.
  absl::StatusOr<Registered> Register(const RegisterRequest& request);

  // Looks by id; without a known one by hardware id, then by installation id. A presented id that
  // is neither known nor void: as Authenticate. Without a secret, kApprove and kClosed tell nothing
  // of records. kInvalidArgument, reason MISSING_DEVICE_IDENTIFIER: none of the three was given.
  absl::StatusOr<Checked> Check(const Credentials& credentials, const Identity& identity,
                                const Caller& caller = {});

  // The device that these credentials prove, which has another id than the presented one after a
  // merge. kUnauthenticated with reason MISSING_CREDENTIALS, DEVICE_NOT_FOUND (it was deleted) or
  // INVALID_SECRET. kUnavailable with reason UNKNOWN_DEVICE and metadata `store_id`: this store
  // cannot judge them; the display is listed in UnknownDisplays. The first use of a new secret ends
  // the grace of the one before it.
  absl::StatusOr<Device> Authenticate(const Credentials& credentials, const Identity& identity = {},
                                      const Caller& caller = {});

  // As Authenticate, then takes the news. A hardware id is stored where there is none, and a
  // changed one only if no other device has it: it decides who may get a record back. The cookie is
  // stored as it is: it only finds settings. No disk sync
  // unless something durable changed.
  absl::StatusOr<HeartbeatAnswer> Heartbeat(const Credentials& credentials,
                                            const HeartbeatNews& news, const Caller& caller = {});
  // Heartbeats of devices that no longer exist are dropped.
  absl::Status TakeHeartbeats(const std::vector<CollectedHeartbeat>& heartbeats);

  // kNotFound: no such device.
  absl::StatusOr<SeenDevice> Get(std::string_view device_id);
  absl::StatusOr<DevicePage> List(const DeviceCursor& after, size_t limit);
  // What is known of ids: kGone only with a record of the deletion.
  enum class Existence { kExists, kGone, kUnknown };
  absl::StatusOr<std::vector<Existence>> Existing(const std::vector<std::string>& device_ids);

  // Removes the device and its commands, and keeps a record of it (former_devices.h); returns the
  // socket to be closed. kNotFound: no such device. kAborted: `revision` is set and not the present
  // one. kResourceExhausted: too many deletions are remembered.
  absl::StatusOr<std::optional<Socket>> Delete(std::string_view device_id,
                                               std::optional<int64_t> revision);

  // Writes what heartbeats left, some hundred devices a transaction. Called every few seconds and
  // at the end. What cannot be written is kept for the next time.
  absl::Status FlushPresence();

 private:
  explicit Registry(Deps deps);

  struct Match {
    std::optional<Device> device;  // the record that the display gets back
    std::string resembles;         // id of one that it does not; empty: none
  };
  absl::StatusOr<Match> FindKnown(StoreTransaction& store, const RegisterRequest& request) const;
  absl::StatusOr<Match> FindRecoverable(StoreTransaction& store,
                                        const RegisterRequest& request) const;
  bool IsThere(const Device& device) const;
  absl::StatusOr<bool> MayTakeBack(StoreTransaction& store, const Device& device,
                                   const Caller& caller) const;
  absl::StatusOr<bool> HasJustLeft(StoreTransaction& store, const std::vector<Device>& twins,
                                   const Caller& caller) const;
  std::string Resembled(const std::vector<Device>& candidates) const;
  absl::Status MakeRoomForApproval(StoreTransaction& store,
                                   std::vector<std::string>& dropped) const;

  // What the store knows of an id and a secret.
  struct Judgement {
    std::optional<Device> device;  // set: the credentials are right
    absl::Status refusal;          // else: why not
  };
  absl::StatusOr<Judgement> Judge(StoreView& store, const Credentials& credentials,
                                  const Identity& identity, const Caller& caller) const;
  absl::Status Unknown(const Credentials& credentials, const Identity& identity,
                       const Caller& caller, bool has_record) const;
  // Changes the stored device by `change`, which says whether there was something to change.
  // Takes a device and the transaction; may fail.
  template <class Change>
  absl::Status Update(std::string_view device_id, Change change);
  void Hear(const Device& device, const HeartbeatNews& news, absl::Time at,
            std::string_view address);

  DeviceStore& store_;
  PresenceTracker& presence_;
  Bus& bus_;
  const base::Clock& clock_;
  obs::Logger& logger_;
  const StoreIdentity& identity_;
  UnknownDisplays& unknown_;
  const size_t max_awaiting_approval_;
  bool flush_failing_ = false;  // only the flushing thread
  std::shared_ptr<void> on_scrape_;
};

}  // namespace marquee::devices
