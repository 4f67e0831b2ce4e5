// The registry of displays: registration, authentication, heartbeats, listing. A display that
// receives "unknown" or "wrong secret" deletes its identity and never returns by itself.
// kUnauthenticated is therefore returned only with proof from the store: a record of the deletion,
// or a wrong secret in a store that was not restored since it issued that device's secret. A
// missing row is no proof: the store may be new or an older copy. Every other case is kUnavailable.
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
  std::string name = {};      // requested; used only if the device has none
  std::string location = {};  // requested; used only if the device has none
  std::string request_id = {};
  Credentials proof = {};  // credentials that the display still has; may be empty
  Caller caller = {};
};

struct Registered {
  Device device;
  std::string secret;  // 64 hex digits; not available later
  bool created = false;
};

enum class CheckOutcome { kValid, kNotFound, kSecretRequired, kInvalidSecret };

struct Checked {
  CheckOutcome outcome = CheckOutcome::kNotFound;
  // For kValid and kInvalidSecret; for kSecretRequired only the id that the caller presented.
  std::string device_id;
};

// The contents of a heartbeat.
struct HeartbeatData {
  Identity identity;
  std::string client_info;    // JSON object, merged into the stored one; empty: no change
  std::string current_state;  // as client_info
};

// A heartbeat collected by a gateway, which has checked the credentials.
struct CollectedHeartbeat {
  std::string device_id;
  HeartbeatData data;
  absl::Time received_at;
};

struct HeartbeatResult {
  std::string device_id;  // the display's current device, see Authenticate
  bool reload = false;
  std::string approval_code = {};  // shown by the display while it waits for approval
};

// A stored device completed with unwritten heartbeat data and its presence.
struct SeenDevice {
  Device device;
  Presence presence = Presence::kUnknown;
};

struct DevicePage {
  std::vector<SeenDevice> devices;
  std::optional<DeviceCursor> next;  // unset on the last page
};

absl::Status CheckIdentity(const Identity& identity);

// Thread-safe; calls block on the store.
class Registry {
 public:
  struct Deps {
    DeviceStore& store;
    PresenceTracker& presence;
    Bus& bus;  // BusTopic::kDeviceChanged, after a stored device has changed
    const base::Clock& clock;
    obs::Logger& logger;
    obs::Metrics& metrics;  // marquee_devices{presence}
    const StoreIdentity& identity;
    UnknownDisplays& unknown;
    // Maximum number of devices waiting for approval; beyond it the longest silent one is dropped.
    size_t max_awaiting_approval = 1000;
  };

  // Reads the last activity of every device, so that presence is right from the start.
  static absl::StatusOr<std::unique_ptr<Registry>> Create(Deps deps);

  // Finds the display's device, or creates one, and issues a new secret. A display that presents
  // the current secret of a device is that device. Without a secret, a display may get a device
  // back only with RegistrationPolicy::kOpen:
  // clang-format off
  //  1. same request_id, or same hardware id and installation id, or same installation id: if that
  //     device has no open socket and no recent heartbeat, and its installation id was not seen at
  //     another address within 24 h;
  //  2. same hardware id alone: as 1, and if the device was not registered just now, since identical
  //     televisions share one hardware id;
  //  3. same hardware id, although seen a moment ago: if its socket closed with 1001 (the page was
  //     left), no other device has this hardware id, it used this address, and no other device used
  //     the address within 24 h.
  // clang-format on
  // Otherwise it is a new device, named `Device YYYY-MM-DD` unless a name was requested, and marked
  // `perhaps_same_as` a similar device whose display is not connected. With kApprove it waits for
  // approval. A name or location that is not empty is kept.
  //
  // kPermissionDenied, reason REGISTRATION_CLOSED: the policy is kClosed and no valid secret was
  // presented. kResourceExhausted: max_awaiting_approval devices wait, and all are connected.
  absl::StatusOr<Registered> Register(const RegisterRequest& request);

  // Looks up the device by id; without a known id by hardware id, then by installation id. A
  // presented id that is neither known nor void: as Authenticate. Without a secret, kApprove and
  // kClosed disclose nothing about devices. kInvalidArgument, reason MISSING_DEVICE_IDENTIFIER:
  // none of the three was given.
  absl::StatusOr<Checked> Check(const Credentials& credentials, const Identity& identity,
                                const Caller& caller = {});

  // Returns the device that these credentials prove; after a merge its id differs from the
  // presented one. kUnauthenticated with reason MISSING_CREDENTIALS, DEVICE_NOT_FOUND (deleted) or
  // INVALID_SECRET. kUnavailable with reason UNKNOWN_DEVICE and metadata `store_id`: this store
  // cannot verify them; the display is listed in UnknownDisplays. The first use of a new secret
  // ends the grace period of the previous one.
  absl::StatusOr<Device> Authenticate(const Credentials& credentials, const Identity& identity = {},
                                      const Caller& caller = {});

  // Authenticates, then records the heartbeat. A hardware id is stored if the device has none; a
  // changed one only if no other device has it, since it determines which display may get the
  // device back. The cookie id is stored unconditionally: it is used only to find settings. No disk
  // sync unless durable data changed.
  absl::StatusOr<HeartbeatResult> Heartbeat(const Credentials& credentials,
                                            const HeartbeatData& data, const Caller& caller = {});
  // Heartbeats of devices that no longer exist are dropped.
  absl::Status TakeHeartbeats(const std::vector<CollectedHeartbeat>& heartbeats);

  absl::StatusOr<SeenDevice> Get(std::string_view device_id);
  absl::StatusOr<DevicePage> List(const DeviceCursor& after, size_t limit);
  // What the store knows about ids: kGone only with a record of the deletion.
  enum class Existence { kExists, kGone, kUnknown };
  absl::StatusOr<std::vector<Existence>> Existing(const std::vector<std::string>& device_ids);

  // Deletes the device and its commands, and keeps a record (former_devices.h); returns the socket
  // to close. kNotFound: no such device. kAborted: `revision` is set and not the current one.
  // kResourceExhausted: see kMaxFormerDevices.
  absl::StatusOr<std::optional<Socket>> Delete(std::string_view device_id,
                                               std::optional<int64_t> revision);

  // Writes pending heartbeat data, some hundred devices per transaction. Called every few seconds
  // and at shutdown. Data that cannot be written are kept for the next call.
  absl::Status FlushPresence();

 private:
  explicit Registry(Deps deps);

  struct Match {
    std::optional<Device> device;  // the device that the display gets back
    std::string resembles;         // id of a similar device that it does not get; empty: none
  };
  absl::StatusOr<Match> FindKnown(StoreTransaction& store, const RegisterRequest& request) const;
  absl::StatusOr<Match> FindRecoverable(StoreTransaction& store,
                                        const RegisterRequest& request) const;
  bool IsConnected(const Device& device) const;
  absl::StatusOr<bool> MayRecover(StoreTransaction& store, const Device& device,
                                  const Caller& caller) const;
  absl::StatusOr<bool> HasJustLeft(StoreTransaction& store, const std::vector<Device>& similar,
                                   const Caller& caller) const;
  std::string SimilarDevice(const std::vector<Device>& candidates) const;
  absl::Status MakeRoomForApproval(StoreTransaction& store,
                                   std::vector<std::string>& dropped) const;

  // Result of looking up an id and a secret.
  struct Verification {
    std::optional<Device> device;  // set: the credentials are right
    absl::Status refusal;          // else: the error
  };
  absl::StatusOr<Verification> Verify(StoreView& store, const Credentials& credentials,
                                      const Identity& identity, const Caller& caller) const;
  absl::Status Unknown(const Credentials& credentials, const Identity& identity,
                       const Caller& caller, bool has_record) const;
  // Applies `change` to the stored device; it returns whether it changed something. Takes a device
  // and the transaction; may fail.
  template <class Change>
  absl::Status Update(std::string_view device_id, Change change);
  void RecordHeartbeat(const Device& device, const HeartbeatData& data, absl::Time at,
                       std::string_view address);

  DeviceStore& store_;
  PresenceTracker& presence_;
  Bus& bus_;
  const base::Clock& clock_;
  obs::Logger& logger_;
  const StoreIdentity& identity_;
  UnknownDisplays& unknown_;
  const size_t max_awaiting_approval_;
  bool flush_failing_ = false;  // used only by the flushing thread
  std::shared_ptr<void> on_scrape_;
};

}  // namespace marquee::devices
