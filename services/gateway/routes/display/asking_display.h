// Which display asks, as far as a request tells.
#pragma once

#include "services/gateway/http/message.h"
#include "services/gateway/ws/settings_directory.h"

namespace marquee::gateway {

// By X-Device-Id, X-Install-Id, X-Hardware-Id (or deviceId, installId, hardwareId in the query) and
// its cookie.
DisplayKnownBy KnownBy(const Request& request);

}  // namespace marquee::gateway
