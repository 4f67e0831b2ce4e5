// Schema 1: devices and their commands. Times are milliseconds since the epoch, NULL for never;
// JSON is text, validated before it is stored. Except for the ordinal, only SQL that PostgreSQL
// also supports.
#include "services/devices/store/sqlite/migrations.h"

namespace marquee::devices {

const char kMigration0001[] = R"sql(
CREATE TABLE devices (
  id                    TEXT PRIMARY KEY NOT NULL,
  install_id            TEXT,
  hardware_id           TEXT,
  secret_hash           TEXT NOT NULL,
  previous_secret_hash  TEXT,
  previous_secret_until BIGINT,
  name                  TEXT NOT NULL,
  location              TEXT NOT NULL,
  tags                  TEXT NOT NULL,
  preset                TEXT NOT NULL,
  profile_id            TEXT,
  plex_username         TEXT NOT NULL,
  settings_override     TEXT NOT NULL,
  client_info           TEXT NOT NULL,
  current_state         TEXT NOT NULL,
  reload                BIGINT NOT NULL,
  created_at            BIGINT NOT NULL,
  registered_at         BIGINT NOT NULL,
  updated_at            BIGINT NOT NULL,
  last_seen_at          BIGINT,
  revision              BIGINT NOT NULL,
  register_request_id   TEXT
);
CREATE INDEX devices_by_creation ON devices (created_at, id);
CREATE INDEX devices_hardware_id ON devices (hardware_id) WHERE hardware_id IS NOT NULL;
CREATE INDEX devices_install_id ON devices (install_id) WHERE install_id IS NOT NULL;
CREATE INDEX devices_register_request_id ON devices (register_request_id)
  WHERE register_request_id IS NOT NULL;

-- ordinal gives commands of one millisecond the order in which they were accepted.
CREATE TABLE commands (
  ordinal            INTEGER PRIMARY KEY AUTOINCREMENT,
  id                 TEXT NOT NULL UNIQUE,
  device_id          TEXT NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
  type               TEXT NOT NULL,
  payload            TEXT NOT NULL,
  state              TEXT NOT NULL,
  created_at         BIGINT NOT NULL,
  expires_at         BIGINT NOT NULL,
  sent_at            BIGINT,
  closed_at          BIGINT,
  deliveries         BIGINT NOT NULL,
  heartbeat_handouts BIGINT NOT NULL,
  detail             TEXT NOT NULL,
  request_id         TEXT
);
CREATE INDEX commands_of_device ON commands (device_id, ordinal);
CREATE INDEX commands_open ON commands (device_id, ordinal) WHERE state IN ('queued', 'sent');
CREATE UNIQUE INDEX commands_request_id ON commands (device_id, request_id)
  WHERE request_id IS NOT NULL;
)sql";

}  // namespace marquee::devices
