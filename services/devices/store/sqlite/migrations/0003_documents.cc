// Schema 3: versioned documents.
#include "services/devices/store/sqlite/migrations.h"

namespace marquee::devices {

const char kMigration0003[] = R"sql(
CREATE TABLE documents (
  document_id TEXT NOT NULL,
  version     BIGINT NOT NULL,
  body        TEXT NOT NULL,
  author      TEXT NOT NULL,
  created_at  BIGINT NOT NULL,
  PRIMARY KEY (document_id, version)
);
)sql";

}  // namespace marquee::devices
