// Schema 6: the store's identity, former devices, addresses, and pending approvals. The row of
// store_info is written at the first start, since it contains random values.
#include "services/devices/store/sqlite/migrations.h"

namespace marquee::devices {

const char kMigration0006[] = R"sql(
CREATE TABLE store_info (
  singleton  BIGINT PRIMARY KEY NOT NULL CHECK (singleton = 1),
  store_id   TEXT NOT NULL,
  generation BIGINT NOT NULL,
  secret_key TEXT NOT NULL
);

CREATE TABLE former_devices (
  id           TEXT PRIMARY KEY NOT NULL,
  gone_at      BIGINT NOT NULL,
  successor_id TEXT,
  secret_hash  TEXT
);
CREATE INDEX former_devices_by_age ON former_devices (gone_at);
CREATE INDEX former_devices_successor ON former_devices (successor_id)
  WHERE successor_id IS NOT NULL;

CREATE TABLE device_addresses (
  device_id TEXT NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
  address   TEXT NOT NULL,
  seen_at   BIGINT NOT NULL,
  PRIMARY KEY (device_id, address)
);
CREATE INDEX device_addresses_address ON device_addresses (address);

ALTER TABLE devices ADD COLUMN secret_generation BIGINT NOT NULL DEFAULT 0;
ALTER TABLE devices ADD COLUMN secret_serial BIGINT NOT NULL DEFAULT 0;
ALTER TABLE devices ADD COLUMN approval_code TEXT;
ALTER TABLE devices ADD COLUMN perhaps_same_as TEXT;
CREATE INDEX devices_approval_code ON devices (approval_code) WHERE approval_code IS NOT NULL;
)sql";

}  // namespace marquee::devices
