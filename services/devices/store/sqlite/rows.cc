#include "services/devices/store/sqlite/rows.h"

#include "libs/base/status.h"
#include "services/devices/store/json_column.h"
#include "services/devices/store/sqlite/row_mapping.h"

namespace marquee::devices {
namespace {

constexpr char kFindDevice[] = "SELECT " DEVICE_COLUMNS " FROM devices WHERE id = ?1";
constexpr char kByHardwareId[] = "SELECT " DEVICE_COLUMNS
                                 " FROM devices WHERE hardware_id = ?1"
                                 " ORDER BY coalesce(last_seen_at, 0) DESC, created_at DESC, id";
constexpr char kByInstallId[] = "SELECT " DEVICE_COLUMNS
                                " FROM devices WHERE install_id = ?1"
                                " ORDER BY coalesce(last_seen_at, 0) DESC, created_at DESC, id";
constexpr char kByRequestId[] =
    "SELECT " DEVICE_COLUMNS " FROM devices WHERE register_request_id = ?1";
constexpr char kAwaitingApproval[] =
    "SELECT " DEVICE_COLUMNS
    " FROM devices WHERE approval_code IS NOT NULL ORDER BY coalesce(last_seen_at, created_at), id";
constexpr char kListDevices[] =
    "SELECT " DEVICE_COLUMNS
    " FROM devices WHERE (created_at, id) > (?1, ?2) ORDER BY created_at, id LIMIT ?3";
// An upsert. INSERT OR REPLACE would delete the old row first, and its commands with it.
constexpr char kPutDevice[] =
    "INSERT INTO devices (" DEVICE_COLUMNS
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, "
    "?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29) ON CONFLICT (id) DO UPDATE SET "
    "install_id = "
    "excluded.install_id, "
    "hardware_id = excluded.hardware_id, secret_hash = excluded.secret_hash, "
    "previous_secret_hash = excluded.previous_secret_hash, "
    "previous_secret_until = excluded.previous_secret_until, name = excluded.name, "
    "location = excluded.location, tags = excluded.tags, preset = excluded.preset, "
    "profile_id = excluded.profile_id, plex_username = excluded.plex_username, "
    "settings_override = excluded.settings_override, client_info = excluded.client_info, "
    "current_state = excluded.current_state, reload = excluded.reload, "
    "created_at = excluded.created_at, registered_at = excluded.registered_at, "
    "updated_at = excluded.updated_at, "
    "last_seen_at = excluded.last_seen_at, revision = excluded.revision, "
    "register_request_id = excluded.register_request_id, group_ids = excluded.group_ids, "
    "last_paired_at = excluded.last_paired_at, secret_generation = excluded.secret_generation, "
    "secret_serial = excluded.secret_serial, approval_code = excluded.approval_code, "
    "perhaps_same_as = excluded.perhaps_same_as, cookie_id = excluded.cookie_id";
constexpr char kTouchDevice[] =
    "UPDATE devices SET last_seen_at = ?2, client_info = ?3, current_state = ?4 WHERE id = ?1";
constexpr char kDeleteDevice[] = "DELETE FROM devices WHERE id = ?1";

constexpr char kFindCommand[] = "SELECT " COMMAND_COLUMNS " FROM commands WHERE id = ?1";
constexpr char kCommandByRequest[] =
    "SELECT " COMMAND_COLUMNS " FROM commands WHERE device_id = ?1 AND request_id = ?2";
constexpr char kOpenCommands[] = "SELECT " COMMAND_COLUMNS
                                 " FROM commands WHERE device_id = ?1 AND state IN ('queued', "
                                 "'sent') ORDER BY ordinal";
constexpr char kCommandHistory[] = "SELECT " COMMAND_COLUMNS
                                   " FROM commands WHERE device_id = ?1 ORDER BY ordinal DESC "
                                   "LIMIT ?2";
constexpr char kDevicesWithQueued[] =
    "SELECT DISTINCT device_id FROM commands WHERE state IN ('queued', 'sent') AND state = "
    "'queued' AND held = 0";
constexpr char kDevicesWithOpen[] =
    "SELECT DISTINCT device_id FROM commands WHERE state IN ('queued', 'sent')";
constexpr char kCountOpen[] = "SELECT count(*) FROM commands WHERE state IN ('queued', 'sent')";
constexpr char kAddCommand[] =
    "INSERT INTO commands (" COMMAND_COLUMNS
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
constexpr char kUpdateCommand[] =
    "UPDATE commands SET state = ?2, sent_at = ?3, closed_at = ?4, deliveries = ?5, "
    "heartbeat_handouts = ?6, detail = ?7, held = ?8 WHERE id = ?1";
constexpr char kExpireCommands[] =
    "UPDATE commands SET state = 'expired', closed_at = ?1, detail = ?2 "
    "WHERE state IN ('queued', 'sent') AND expires_at <= ?1";
constexpr char kPruneCommands[] =
    "DELETE FROM commands WHERE device_id = ?1 AND state NOT IN ('queued', 'sent') AND ordinal <= "
    "(SELECT ordinal FROM commands WHERE device_id = ?1 AND state NOT IN ('queued', 'sent') "
    "ORDER BY ordinal DESC LIMIT 1 OFFSET ?2)";

}  // namespace

absl::StatusOr<std::optional<Device>> SqliteRows::FindDevice(std::string_view id) {
  MARQUEE_ASSIGN_OR_RETURN(Statement find, db_.Prepare(kFindDevice));
  find.Text(1, id);
  return First(find, DeviceFromRow);
}

absl::StatusOr<std::vector<Device>> SqliteRows::DevicesWithHardwareId(
    std::string_view hardware_id) {
  MARQUEE_ASSIGN_OR_RETURN(Statement find, db_.Prepare(kByHardwareId));
  find.Text(1, hardware_id);
  return All(find, DeviceFromRow);
}

absl::StatusOr<std::vector<Device>> SqliteRows::DevicesWithInstallId(std::string_view install_id) {
  MARQUEE_ASSIGN_OR_RETURN(Statement find, db_.Prepare(kByInstallId));
  find.Text(1, install_id);
  return All(find, DeviceFromRow);
}

absl::StatusOr<std::optional<Device>> SqliteRows::DeviceWithRegisterRequestId(
    std::string_view request_id) {
  MARQUEE_ASSIGN_OR_RETURN(Statement find, db_.Prepare(kByRequestId));
  find.Text(1, request_id);
  return First(find, DeviceFromRow);
}

absl::StatusOr<std::vector<Device>> SqliteRows::DevicesAwaitingApproval() {
  MARQUEE_ASSIGN_OR_RETURN(Statement list, db_.Prepare(kAwaitingApproval));
  return All(list, DeviceFromRow);
}

absl::StatusOr<std::vector<Device>> SqliteRows::ListDevices(const DeviceCursor& after,
                                                            size_t limit) {
  MARQUEE_ASSIGN_OR_RETURN(Statement list, db_.Prepare(kListDevices));
  list.Int(1, after.created_at_ms).Text(2, after.id).Int(3, static_cast<int64_t>(limit));
  return All(list, DeviceFromRow);
}

absl::StatusOr<std::optional<Command>> SqliteRows::FindCommand(std::string_view id) {
  MARQUEE_ASSIGN_OR_RETURN(Statement find, db_.Prepare(kFindCommand));
  find.Text(1, id);
  return First(find, CommandFromRow);
}

absl::StatusOr<std::optional<Command>> SqliteRows::CommandWithRequestId(
    std::string_view device_id, std::string_view request_id) {
  MARQUEE_ASSIGN_OR_RETURN(Statement find, db_.Prepare(kCommandByRequest));
  find.Text(1, device_id).Text(2, request_id);
  return First(find, CommandFromRow);
}

absl::StatusOr<std::vector<Command>> SqliteRows::OpenCommands(std::string_view device_id) {
  MARQUEE_ASSIGN_OR_RETURN(Statement list, db_.Prepare(kOpenCommands));
  list.Text(1, device_id);
  return All(list, CommandFromRow);
}

absl::StatusOr<std::vector<Command>> SqliteRows::CommandHistory(std::string_view device_id,
                                                                size_t limit) {
  MARQUEE_ASSIGN_OR_RETURN(Statement list, db_.Prepare(kCommandHistory));
  list.Text(1, device_id).Int(2, static_cast<int64_t>(limit));
  return All(list, CommandFromRow);
}

absl::StatusOr<std::vector<std::string>> SqliteRows::DevicesWithQueuedCommands() {
  MARQUEE_ASSIGN_OR_RETURN(Statement list, db_.Prepare(kDevicesWithQueued));
  return All<std::string>(list, [](const Statement& row) { return row.Text(0); });
}

absl::StatusOr<std::vector<std::string>> SqliteRows::DevicesWithOpenCommands() {
  MARQUEE_ASSIGN_OR_RETURN(Statement list, db_.Prepare(kDevicesWithOpen));
  return All<std::string>(list, [](const Statement& row) { return row.Text(0); });
}

absl::StatusOr<int64_t> SqliteRows::CountOpenCommands() {
  MARQUEE_ASSIGN_OR_RETURN(Statement count, db_.Prepare(kCountOpen));
  MARQUEE_RETURN_IF_ERROR(count.Run());
  return count.Int(0);
}

absl::Status SqliteRows::PutDevice(const Device& device) {
  MARQUEE_ASSIGN_OR_RETURN(Statement put, db_.Prepare(kPutDevice));
  const std::string tags = TextsToJson(device.tags);
  const std::string groups = TextsToJson(device.groups);
  return put.Text(1, device.id)
      .TextOrNull(2, device.install_id)
      .TextOrNull(3, device.hardware_id)
      .Text(4, device.secret_hash)
      .TextOrNull(5, device.previous_secret_hash)
      .Time(6, device.previous_secret_until)
      .Text(7, device.name)
      .Text(8, device.location)
      .Text(9, tags)
      .Text(10, device.preset)
      .TextOrNull(11, device.profile_id)
      .Text(12, device.plex_username)
      .Text(13, device.settings_override)
      .Text(14, device.client_info)
      .Text(15, device.current_state)
      .Int(16, device.reload ? 1 : 0)
      .Time(17, device.created_at)
      .Time(18, device.registered_at)
      .Time(19, device.updated_at)
      .Time(20, device.last_seen_at)
      .Int(21, device.revision)
      .TextOrNull(22, device.register_request_id)
      .Text(23, groups)
      .Time(24, device.last_paired_at)
      .Int(25, device.secret_generation)
      .Int(26, device.secret_serial)
      .TextOrNull(27, device.approval_code)
      .TextOrNull(28, device.perhaps_same_as)
      .TextOrNull(29, device.cookie_id)
      .Run();
}

absl::StatusOr<bool> SqliteRows::TouchDevice(std::string_view id, absl::Time last_seen_at,
                                             std::string_view client_info,
                                             std::string_view current_state) {
  MARQUEE_ASSIGN_OR_RETURN(Statement touch, db_.Prepare(kTouchDevice));
  touch.Text(1, id).Time(2, last_seen_at).Text(3, client_info).Text(4, current_state);
  MARQUEE_RETURN_IF_ERROR(touch.Run());
  return db_.changed_rows() > 0;
}

absl::StatusOr<bool> SqliteRows::DeleteDevice(std::string_view id) {
  MARQUEE_ASSIGN_OR_RETURN(Statement remove, db_.Prepare(kDeleteDevice));
  remove.Text(1, id);
  MARQUEE_RETURN_IF_ERROR(remove.Run());
  return db_.changed_rows() > 0;
}

absl::Status SqliteRows::AddCommand(const Command& command) {
  MARQUEE_ASSIGN_OR_RETURN(Statement add, db_.Prepare(kAddCommand));
  return add.Text(1, command.id)
      .Text(2, command.device_id)
      .Text(3, command.type)
      .Text(4, command.payload)
      .Text(5, NameOf(command.state))
      .Time(6, command.created_at)
      .Time(7, command.expires_at)
      .Time(8, command.sent_at)
      .Time(9, command.closed_at)
      .Int(10, command.deliveries)
      .Int(11, command.heartbeat_handouts)
      .Text(12, command.detail)
      .TextOrNull(13, command.request_id)
      .TextOrNull(14, command.job_id)
      .Int(15, command.held ? 1 : 0)
      .Run();
}

absl::Status SqliteRows::UpdateCommand(const Command& command) {
  MARQUEE_ASSIGN_OR_RETURN(Statement update, db_.Prepare(kUpdateCommand));
  return update.Text(1, command.id)
      .Text(2, NameOf(command.state))
      .Time(3, command.sent_at)
      .Time(4, command.closed_at)
      .Int(5, command.deliveries)
      .Int(6, command.heartbeat_handouts)
      .Text(7, command.detail)
      .Int(8, command.held ? 1 : 0)
      .Run();
}

absl::StatusOr<int64_t> SqliteRows::ExpireCommands(absl::Time now) {
  MARQUEE_ASSIGN_OR_RETURN(Statement expire, db_.Prepare(kExpireCommands));
  expire.Time(1, now).Text(2, kExpiredDetail);
  MARQUEE_RETURN_IF_ERROR(expire.Run());
  return db_.changed_rows();
}

absl::Status SqliteRows::PruneCommands(std::string_view device_id, size_t keep) {
  MARQUEE_ASSIGN_OR_RETURN(Statement prune, db_.Prepare(kPruneCommands));
  return prune.Text(1, device_id).Int(2, static_cast<int64_t>(keep)).Run();
}

}  // namespace marquee::devices
