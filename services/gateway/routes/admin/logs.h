// /api/admin/logs, /api/admin/logs/level: the last lines of this process's log, newest first, and
// how severe a line must be to be written.
#pragma once

#include <string>

#include "libs/base/clock.h"
#include "libs/obs/json_logger.h"
#include "services/gateway/routes/core/router.h"

namespace marquee::gateway {

// {"timestamp","level" in capitals,"message",…fields}
void AppendLogLine(const obs::LogTail::Line& line, std::string& json);

class LogRoutes {
 public:
  struct Deps {
    const base::Clock& clock;
    obs::JsonLogger* log = nullptr;  // null: there is nothing to show, and no route
  };

  explicit LogRoutes(const Deps& deps) : deps_(deps) {}
  void AddTo(Router& router);

 private:
  Response Lines(const Request& request) const;
  Response Level() const;
  Response SetLevel(const Request& request);

  const Deps deps_;
};

}  // namespace marquee::gateway
