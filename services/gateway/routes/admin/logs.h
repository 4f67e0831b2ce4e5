// /api/admin/logs, /api/admin/logs/level: the last log lines of this process, newest first, and the
// minimum severity of lines that are written.
#pragma once

#include <string>

#include "libs/base/clock.h"
#include "libs/obs/json_logger.h"
#include "services/gateway/routes/core/router.h"

namespace marquee::gateway {

// {"timestamp", "level" in upper case, "message", …fields}
void AppendLogLine(const obs::LogTail::Line& line, std::string& json);

class LogRoutes {
 public:
  struct Deps {
    const base::Clock& clock;
    obs::JsonLogger* log = nullptr;  // null: no log and no routes
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
