// Durable storage of the devices service. The port provides rows and transactions and makes no
// decisions: the rules of a registration, for example, are in registry/ and run inside a
// transaction of the storage engine behind this header.
//
// Errors of every method, here and in the views: kUnavailable if the engine cannot answer reliably
// (busy, disk full, I/O error, damaged page) and a retry may succeed; kInternal if a statement is
// wrong. "No such row" is an empty optional, never an error, so that a failure cannot be mistaken
// for absence.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/devices/model/command.h"
#include "services/devices/model/device.h"
#include "services/devices/store/account_rows.h"
#include "services/devices/store/document_rows.h"
#include "services/devices/store/group_rows.h"
#include "services/devices/store/installation_rows.h"
#include "services/devices/store/job_rows.h"

namespace marquee::devices {

// A position in the list of devices sorted by creation time; the default is before the first.
struct DeviceCursor {
  int64_t created_at_ms = std::numeric_limits<int64_t>::min();
  std::string id;
};

// A consistent view of all rows. Valid only inside the callback that received it.
class StoreView : public GroupReads,
                  public DocumentReads,
                  public AccountReads,
                  public JobReads,
                  public InstallationReads {
 public:
  virtual absl::StatusOr<std::optional<Device>> FindDevice(std::string_view id) = 0;
  // Most recently seen first; identical televisions share a hardware id.
  virtual absl::StatusOr<std::vector<Device>> DevicesWithHardwareId(
      std::string_view hardware_id) = 0;
  // Most recently seen first.
  virtual absl::StatusOr<std::vector<Device>> DevicesWithInstallId(std::string_view install_id) = 0;
  virtual absl::StatusOr<std::optional<Device>> DeviceWithRegisterRequestId(
      std::string_view request_id) = 0;
  // Devices waiting for approval, least recently seen first.
  virtual absl::StatusOr<std::vector<Device>> DevicesAwaitingApproval() = 0;
  // Up to `limit` devices after `after`, sorted by creation time.
  virtual absl::StatusOr<std::vector<Device>> ListDevices(const DeviceCursor& after,
                                                          size_t limit) = 0;

  virtual absl::StatusOr<std::optional<Command>> FindCommand(std::string_view id) = 0;
  virtual absl::StatusOr<std::optional<Command>> CommandWithRequestId(
      std::string_view device_id, std::string_view request_id) = 0;
  // QUEUED and SENT, oldest first.
  virtual absl::StatusOr<std::vector<Command>> OpenCommands(std::string_view device_id) = 0;
  // Every stored command of the device, newest first.
  virtual absl::StatusOr<std::vector<Command>> CommandHistory(std::string_view device_id,
                                                              size_t limit) = 0;
  // Devices with at least one QUEUED command that is not held by a job.
  virtual absl::StatusOr<std::vector<std::string>> DevicesWithQueuedCommands() = 0;
  // Devices with at least one QUEUED or SENT command.
  virtual absl::StatusOr<std::vector<std::string>> DevicesWithOpenCommands() = 0;
  virtual absl::StatusOr<int64_t> CountOpenCommands() = 0;
};

// A view that can also change rows; its own changes are visible to it.
class StoreTransaction : public StoreView,
                         public GroupWrites,
                         public DocumentWrites,
                         public AccountWrites,
                         public JobWrites,
                         public InstallationWrites {
 public:
  // Inserts or replaces the row with this id.
  virtual absl::Status PutDevice(const Device& device) = 0;
  // Writes only the data of a heartbeat. False if the device does not exist: a late heartbeat never
  // restores a deleted device.
  virtual absl::StatusOr<bool> TouchDevice(std::string_view id, absl::Time last_seen_at,
                                           std::string_view client_info,
                                           std::string_view current_state) = 0;
  // Deletes the device and all its commands. False if it does not exist.
  virtual absl::StatusOr<bool> DeleteDevice(std::string_view id) = 0;

  // The device must exist; the id must be new.
  virtual absl::Status AddCommand(const Command& command) = 0;
  // Updates state, times, hand-outs, detail and the held flag of an existing command.
  virtual absl::Status UpdateCommand(const Command& command) = 0;
  // Closes every expired open command; returns their number.
  virtual absl::StatusOr<int64_t> ExpireCommands(absl::Time now) = 0;
  // Deletes the oldest closed commands of a device beyond `keep`.
  virtual absl::Status PruneCommands(std::string_view device_id, size_t keep) = 0;
};

// Thread-safe. Calls block until the engine has responded.
class DeviceStore {
 public:
  using ReadWork = std::function<absl::Status(StoreView&)>;
  using WriteWork = std::function<absl::Status(StoreTransaction&)>;

  virtual ~DeviceStore() = default;

  // Runs `work` on one consistent view. Returns the status of `work`, or the error that prevented a
  // view.
  virtual absl::Status Read(const ReadWork& work) = 0;

  // Runs `work` as if no other write ran concurrently. If `work` and Write return OK, its changes
  // are durable: they survive kill -9 and power loss. If either returns an error, no change is
  // made. `work` may run several times before it takes effect, so it must reset its results each
  // time and change nothing outside the transaction.
  virtual absl::Status Write(const WriteWork& work) = 0;
};

}  // namespace marquee::devices
