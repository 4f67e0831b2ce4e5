// Identifies the display that sent a request.
#pragma once

#include "services/gateway/http/message.h"
#include "services/gateway/ws/settings_directory.h"

namespace marquee::gateway {

// Reads X-Device-Id, X-Install-Id and X-Hardware-Id (or deviceId, installId and hardwareId in the
// query) and the cookie.
DisplayKnownBy KnownBy(const Request& request);

}  // namespace marquee::gateway
