// The statements, and how a row becomes a value.
#pragma once

#include "services/devices/store/device_store.h"
#include "services/devices/store/sqlite/database.h"

namespace marquee::devices {

// Runs each method as one or two prepared statements on a connection on which a transaction is
// open. Not thread-safe, like the connection.
class SqliteRows final : public StoreTransaction {
 public:
  explicit SqliteRows(Database& db) : db_(db) {}

  absl::StatusOr<std::optional<Device>> FindDevice(std::string_view id) override;
  absl::StatusOr<std::vector<Device>> DevicesWithHardwareId(std::string_view hardware_id) override;
  absl::StatusOr<std::vector<Device>> DevicesWithInstallId(std::string_view install_id) override;
  absl::StatusOr<std::optional<Device>> DeviceWithRegisterRequestId(
      std::string_view request_id) override;
  absl::StatusOr<std::vector<Device>> ListDevices(const DeviceCursor& after, size_t limit) override;
  absl::StatusOr<std::optional<Command>> FindCommand(std::string_view id) override;
  absl::StatusOr<std::optional<Command>> CommandWithRequestId(std::string_view device_id,
                                                              std::string_view request_id) override;
  absl::StatusOr<std::vector<Command>> OpenCommands(std::string_view device_id) override;
  absl::StatusOr<std::vector<Command>> CommandHistory(std::string_view device_id,
                                                      size_t limit) override;
  absl::StatusOr<std::vector<std::string>> DevicesWithQueuedCommands() override;
  absl::StatusOr<std::vector<std::string>> DevicesWithOpenCommands() override;
  absl::StatusOr<int64_t> CountOpenCommands() override;

  absl::Status PutDevice(const Device& device) override;
  absl::StatusOr<bool> TouchDevice(std::string_view id, absl::Time last_seen_at,
                                   std::string_view client_info,
                                   std::string_view current_state) override;
  absl::StatusOr<bool> DeleteDevice(std::string_view id) override;
  absl::Status AddCommand(const Command& command) override;
  absl::Status UpdateCommand(const Command& command) override;
  absl::StatusOr<int64_t> ExpireCommands(absl::Time now) override;
  absl::Status PruneCommands(std::string_view device_id, size_t keep) override;

 private:
  Database& db_;
};

}  // namespace marquee::devices
