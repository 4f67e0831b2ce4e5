// Status for operators, GET /api/admin/status, and reports of browsers about violations of the
// Content Security Policy, POST /csp-report.
#pragma once

#include <string>

#include "libs/base/clock.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"
#include "services/gateway/ports/device_port.h"
#include "services/gateway/ports/image_port.h"
#include "services/gateway/ports/media_port.h"
#include "services/gateway/routes/core/router.h"

namespace marquee::gateway {

class OperationsRoutes {
 public:
  struct Deps {
    const base::Clock& clock;
    obs::Logger& logger;
    obs::Metrics& metrics;
    const MediaPort& media;
    const ImagePort& images;
    const DevicePort& devices;
    std::string version;
  };

  explicit OperationsRoutes(Deps deps);
  void AddTo(Router& router);

 private:
  Response Status() const;
  Response CspReport(const Request& request);

  const Deps deps_;
  const absl::Duration started_;
};

}  // namespace marquee::gateway
