// Schema 4: accounts, API tokens, the audit log. Except for the ordinal, only SQL that PostgreSQL
// also supports.
#include "services/devices/store/sqlite/migrations.h"

namespace marquee::devices {

const char kMigration0004[] = R"sql(
CREATE TABLE accounts (
  id             TEXT PRIMARY KEY NOT NULL,
  username       TEXT NOT NULL UNIQUE,
  password_hash  TEXT NOT NULL,
  totp_secret    TEXT NOT NULL,
  totp_pending   TEXT NOT NULL,
  totp_last_step BIGINT NOT NULL,
  session_epoch  BIGINT NOT NULL,
  created_at     BIGINT NOT NULL
);

CREATE TABLE api_tokens (
  id           TEXT PRIMARY KEY NOT NULL,
  name         TEXT NOT NULL,
  scope        TEXT NOT NULL,
  value_hash   TEXT NOT NULL UNIQUE,
  hint         TEXT NOT NULL,
  created_at   BIGINT NOT NULL,
  expires_at   BIGINT,
  last_used_at BIGINT
);

CREATE TABLE audit_events (
  ordinal        INTEGER PRIMARY KEY AUTOINCREMENT,
  occurred_at    BIGINT NOT NULL,
  actor          TEXT NOT NULL,
  remote_address TEXT NOT NULL,
  action         TEXT NOT NULL,
  target         TEXT NOT NULL,
  detail         TEXT NOT NULL
);
)sql";

}  // namespace marquee::devices
