// Schema 2: groups, profiles, pairing codes, and processed requests.
#include "services/devices/store/sqlite/migrations.h"

namespace marquee::devices {

const char kMigration0002[] = R"sql(
ALTER TABLE devices ADD COLUMN group_ids TEXT NOT NULL DEFAULT '[]';
ALTER TABLE devices ADD COLUMN last_paired_at BIGINT;
CREATE INDEX devices_profile_id ON devices (profile_id) WHERE profile_id IS NOT NULL;

CREATE TABLE device_groups (
  id                TEXT PRIMARY KEY NOT NULL,
  name              TEXT NOT NULL,
  description       TEXT NOT NULL,
  settings_template TEXT NOT NULL,
  sort_order        BIGINT NOT NULL,
  created_at        BIGINT NOT NULL,
  updated_at        BIGINT NOT NULL,
  revision          BIGINT NOT NULL
);

CREATE TABLE profiles (
  id          TEXT PRIMARY KEY NOT NULL,
  name        TEXT NOT NULL,
  description TEXT NOT NULL,
  settings    TEXT NOT NULL,
  created_at  BIGINT NOT NULL,
  updated_at  BIGINT NOT NULL,
  revision    BIGINT NOT NULL
);

CREATE TABLE pairing_codes (
  code       TEXT PRIMARY KEY NOT NULL,
  device_id  TEXT NOT NULL UNIQUE REFERENCES devices (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  token_hash TEXT,
  failures   BIGINT NOT NULL
);

CREATE TABLE requests (
  method     TEXT NOT NULL,
  request_id TEXT NOT NULL,
  resource   TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (method, request_id)
);
CREATE INDEX requests_by_age ON requests (created_at);
)sql";

}  // namespace marquee::devices
