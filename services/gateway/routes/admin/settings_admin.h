// GET and POST /api/admin/config: the settings of displays, read and saved without losing what
// somebody else saved meanwhile.
//
//   If-Match, of another version        412
//   baseVersion in the body, stale      409 {error: "config_conflict", currentVersion}
//   neither                             laid over whatever is there
//   what does not validate              400 {error, details: [{field, message}]}
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
    AdminEvents* events = nullptr;  // told of every save; null: nobody is
  };

  explicit SettingsAdminRoutes(Deps deps) : deps_(deps) {}
  void AddTo(Router& router);

 private:
  asio::awaitable<Response> Read(RequestPtr request);
  asio::awaitable<Response> Save(RequestPtr request);
  // What is in place; an empty one when there is none.
  asio::awaitable<absl::StatusOr<SettingsDocument>> Present();
  Response Failure(const absl::Status& status) const;

  const Deps deps_;
};

}  // namespace marquee::gateway
