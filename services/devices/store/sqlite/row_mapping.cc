#include "services/devices/store/sqlite/row_mapping.h"

#include "services/devices/store/json_column.h"

namespace marquee::devices {

Device DeviceFromRow(const Statement& row) {
  int column = 0;
  Device device;
  device.id = row.Text(column++);
  device.install_id = row.Text(column++);
  device.hardware_id = row.Text(column++);
  device.secret_hash = row.Text(column++);
  device.previous_secret_hash = row.Text(column++);
  device.previous_secret_until = row.Time(column++);
  device.name = row.Text(column++);
  device.location = row.Text(column++);
  device.tags = TextsFromJson(row.Text(column++));
  device.preset = row.Text(column++);
  device.profile_id = row.Text(column++);
  device.plex_username = row.Text(column++);
  device.settings_override = row.Text(column++);
  device.client_info = row.Text(column++);
  device.current_state = row.Text(column++);
  device.reload = row.Int(column++) != 0;
  device.created_at = row.Time(column++);
  device.registered_at = row.Time(column++);
  device.updated_at = row.Time(column++);
  device.last_seen_at = row.Time(column++);
  device.revision = row.Int(column++);
  device.register_request_id = row.Text(column++);
  device.groups = TextsFromJson(row.Text(column++));
  device.last_paired_at = row.Time(column++);
  device.secret_generation = row.Int(column++);
  device.secret_serial = row.Int(column++);
  device.approval_code = row.Text(column++);
  device.perhaps_same_as = row.Text(column++);
  device.cookie_id = row.Text(column++);
  return device;
}

Command CommandFromRow(const Statement& row) {
  int column = 0;
  Command command;
  command.id = row.Text(column++);
  command.device_id = row.Text(column++);
  command.type = row.Text(column++);
  command.payload = row.Text(column++);
  command.state = CommandStateFromName(row.Text(column++)).value_or(CommandState::kFailed);
  command.created_at = row.Time(column++);
  command.expires_at = row.Time(column++);
  command.sent_at = row.Time(column++);
  command.closed_at = row.Time(column++);
  command.deliveries = row.Int(column++);
  command.heartbeat_handouts = row.Int(column++);
  command.detail = row.Text(column++);
  command.request_id = row.Text(column++);
  command.job_id = row.Text(column++);
  command.held = row.Int(column++) != 0;
  return command;
}

std::string FirstText(const Statement& row) { return row.Text(0); }

}  // namespace marquee::devices
