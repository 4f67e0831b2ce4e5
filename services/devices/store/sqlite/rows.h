// The SQL statements of the store. One class in several files, one per family of tables: rows.cc
// (devices and commands), group_rows.cc, document_rows.cc, account_rows.cc, job_rows.cc,
// installation_rows.cc.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/devices/store/device_store.h"
#include "services/devices/store/sqlite/database.h"

namespace marquee::devices {

// Runs each method as one or two prepared statements on a connection with an open transaction. Not
// thread-safe, like the connection.
class SqliteRows final : public StoreTransaction {
 public:
  explicit SqliteRows(Database& db) : db_(db) {}

  absl::StatusOr<std::optional<Device>> FindDevice(std::string_view id) override;
  absl::StatusOr<std::vector<Device>> DevicesWithHardwareId(std::string_view hardware_id) override;
  absl::StatusOr<std::vector<Device>> DevicesWithInstallId(std::string_view install_id) override;
  absl::StatusOr<std::optional<Device>> DeviceWithRegisterRequestId(
      std::string_view request_id) override;
  absl::StatusOr<std::vector<Device>> DevicesAwaitingApproval() override;
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

  absl::StatusOr<std::optional<Group>> FindGroup(std::string_view id) override;
  absl::StatusOr<std::vector<Group>> ListGroups() override;
  absl::StatusOr<std::optional<Profile>> FindProfile(std::string_view id) override;
  absl::StatusOr<std::vector<Profile>> ListProfiles() override;
  absl::StatusOr<std::vector<Device>> DevicesInGroup(std::string_view group_id) override;
  absl::StatusOr<std::vector<Device>> DevicesWithProfile(std::string_view profile_id) override;
  absl::StatusOr<std::optional<PairingCode>> FindPairingCode(std::string_view code) override;
  absl::StatusOr<std::vector<PairingCode>> ListPairingCodes(absl::Time now) override;
  absl::Status PutGroup(const Group& group) override;
  absl::StatusOr<bool> DeleteGroup(std::string_view id) override;
  absl::Status PutProfile(const Profile& profile) override;
  absl::StatusOr<bool> DeleteProfile(std::string_view id) override;
  absl::Status PutPairingCode(const PairingCode& code) override;
  absl::Status DeletePairingCode(std::string_view code) override;
  absl::Status DeletePairingCodesExpiredBy(absl::Time now) override;

  absl::StatusOr<std::optional<Document>> FindDocument(std::string_view document_id,
                                                       int64_t version) override;
  absl::StatusOr<std::vector<Document>> ListDocumentVersions(std::string_view document_id) override;
  absl::StatusOr<std::optional<std::string>> FindRequest(std::string_view method,
                                                         std::string_view request_id) override;
  absl::Status AddDocumentVersion(const Document& document) override;
  absl::Status PruneDocumentVersions(std::string_view document_id, size_t keep) override;
  absl::Status RememberRequest(std::string_view method, std::string_view request_id,
                               std::string_view resource, absl::Time now) override;
  absl::Status ForgetRequestsBefore(absl::Time oldest) override;

  absl::StatusOr<std::optional<Account>> FindAccount(std::string_view id) override;
  absl::StatusOr<std::optional<Account>> AccountNamed(std::string_view username) override;
  absl::StatusOr<std::vector<Account>> ListAccounts() override;
  absl::StatusOr<std::optional<ApiToken>> TokenWithHash(std::string_view value_hash) override;
  absl::StatusOr<std::vector<ApiToken>> ListTokens() override;
  absl::StatusOr<std::vector<AuditEvent>> ListAuditEvents(int64_t before, size_t limit) override;
  absl::Status PutAccount(const Account& account) override;
  absl::Status PutToken(const ApiToken& token) override;
  absl::StatusOr<bool> DeleteToken(std::string_view id) override;
  absl::Status AddAuditEvent(const AuditEvent& event) override;
  absl::Status PruneAuditEvents(size_t keep) override;

  absl::StatusOr<std::optional<CommandJob>> FindJob(std::string_view id) override;
  absl::StatusOr<std::optional<CommandJob>> JobWithRequestId(std::string_view request_id) override;
  absl::StatusOr<JobProgress> ProgressOf(std::string_view job_id) override;
  absl::StatusOr<std::vector<Command>> CommandsOfJob(std::string_view job_id) override;
  absl::StatusOr<std::optional<Command>> CommandOfJob(std::string_view job_id,
                                                      std::string_view device_id) override;
  absl::StatusOr<std::vector<std::string>> JobsThatHold() override;
  absl::StatusOr<std::vector<Command>> HeldCommands(std::string_view job_id, size_t limit) override;
  absl::StatusOr<size_t> CountUnanswered(std::string_view job_id, absl::Time since) override;
  absl::Status PutJob(const CommandJob& job) override;
  absl::StatusOr<std::vector<std::string>> CancelQueuedOfJob(std::string_view job_id,
                                                             absl::Time now,
                                                             std::string_view why) override;
  absl::Status ForgetJobsBefore(absl::Time oldest) override;

  absl::StatusOr<std::optional<StoreInfo>> FindStoreInfo() override;
  absl::StatusOr<std::optional<FormerDevice>> FindFormerDevice(std::string_view id) override;
  absl::StatusOr<int64_t> CountFormerDevices() override;
  absl::StatusOr<std::vector<DeviceAddress>> AddressesOfInstallation(std::string_view install_id,
                                                                     absl::Time since) override;
  absl::StatusOr<std::vector<DeviceAddress>> DevicesAtAddress(std::string_view address,
                                                              absl::Time since) override;
  absl::Status PutStoreInfo(const StoreInfo& info) override;
  absl::Status PutFormerDevice(const FormerDevice& device) override;
  absl::Status ForgetFormerDevice(std::string_view id) override;
  absl::Status ForgetFormerDevicesBefore(absl::Time oldest) override;
  absl::Status ReplaceSuccessor(std::string_view id, std::string_view successor_id) override;
  absl::Status NoteAddress(const DeviceAddress& address, size_t keep) override;

 private:
  Database& db_;
};

}  // namespace marquee::devices
