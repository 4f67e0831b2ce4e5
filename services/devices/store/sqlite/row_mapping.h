// Converts rows to values; used by several files.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <vector>

#include "libs/base/status.h"
#include "services/devices/model/command.h"
#include "services/devices/model/device.h"
#include "services/devices/store/sqlite/database.h"

// Macros, because a statement is one literal. The order is that of the …FromRow functions.
#define DEVICE_COLUMNS                                                                        \
  "id, install_id, hardware_id, secret_hash, previous_secret_hash, previous_secret_until, "   \
  "name, location, tags, preset, profile_id, plex_username, settings_override, client_info, " \
  "current_state, reload, created_at, registered_at, updated_at, last_seen_at, revision, "    \
  "register_request_id, group_ids, last_paired_at, secret_generation, secret_serial, "        \
  "approval_code, perhaps_same_as, cookie_id"
#define COMMAND_COLUMNS                                                               \
  "id, device_id, type, payload, state, created_at, expires_at, sent_at, closed_at, " \
  "deliveries, heartbeat_handouts, detail, request_id, job_id, held"

namespace marquee::devices {

Device DeviceFromRow(const Statement& row);
Command CommandFromRow(const Statement& row);
std::string FirstText(const Statement& row);

template <class T>
absl::StatusOr<std::vector<T>> All(Statement& statement, T (*from_row)(const Statement&)) {
  std::vector<T> rows;
  while (true) {
    MARQUEE_ASSIGN_OR_RETURN(const bool has_row, statement.Step());
    if (!has_row) return rows;
    rows.push_back(from_row(statement));
  }
}

template <class T>
absl::StatusOr<std::optional<T>> First(Statement& statement, T (*from_row)(const Statement&)) {
  MARQUEE_ASSIGN_OR_RETURN(const bool has_row, statement.Step());
  if (!has_row) return std::optional<T>();
  return std::optional<T>(from_row(statement));
}

}  // namespace marquee::devices
