// GET and POST /api/admin/config: reads and saves the settings of displays without losing
// concurrent changes.
//
//   If-Match, of another version        412
//   baseVersion in the body, stale      409 {error: "config_conflict", currentVersion}
//   neither                             merged into the current settings
//   invalid settings                    400 {error, details: [{field, message}]}
#pragma once

#include "libs/base/clock.h"
#include "services/gateway/http/message.h"
#include "services/gateway/ports/document_port.h"
#include "services/gateway/routes/admin/admin_events.h"
#include "services/gateway/routes/core/router.h"

namespace marquee::gateway {

class SettingsAdminRoutes {
 public:
  struct Deps {
    const base::Clock& clock;
    DocumentPort& documents;
    AdminEvents* events = nullptr;  // receives an event for every save; null: no events
  };

  explicit SettingsAdminRoutes(Deps deps) : deps_(deps) {}
  void AddTo(Router& router);

 private:
  asio::awaitable<Response> Read(RequestPtr request);
  asio::awaitable<Response> Save(RequestPtr request);
  // The current document; an empty one if there is none.
  asio::awaitable<absl::StatusOr<SettingsDocument>> Present();
  Response Failure(const absl::Status& status) const;

  const Deps deps_;
};

}  // namespace marquee::gateway
