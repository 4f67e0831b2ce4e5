// Schema 7: the cookie of a display's browser, by which its settings are found.
#include "services/devices/store/sqlite/migrations.h"

namespace marquee::devices {

const char kMigration0007[] = R"sql(
ALTER TABLE devices ADD COLUMN cookie_id TEXT;
)sql";

}  // namespace marquee::devices
