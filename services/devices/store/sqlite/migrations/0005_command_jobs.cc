// Schema 5: commands to many displays.
#include "services/devices/store/sqlite/migrations.h"

namespace marquee::devices {

const char kMigration0005[] = R"sql(
ALTER TABLE commands ADD COLUMN job_id TEXT;
ALTER TABLE commands ADD COLUMN held BIGINT NOT NULL DEFAULT 0;
CREATE INDEX commands_of_job ON commands (job_id, device_id) WHERE job_id IS NOT NULL;
CREATE INDEX commands_held ON commands (job_id, ordinal) WHERE held = 1;

CREATE TABLE command_jobs (
  id                TEXT PRIMARY KEY NOT NULL,
  total             BIGINT NOT NULL,
  max_failure_share DOUBLE PRECISION NOT NULL,
  created_at        BIGINT NOT NULL,
  request_id        TEXT UNIQUE,
  missing_ids       TEXT NOT NULL
);
CREATE INDEX command_jobs_by_age ON command_jobs (created_at);
)sql";

}  // namespace marquee::devices
