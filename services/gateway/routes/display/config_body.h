// The body of GET /get-config: the effective settings of a display, including defaults.
#pragma once

#include <string>
#include <vector>

#include "services/gateway/ports/media_port.h"
#include "services/gateway/ws/settings_directory.h"

namespace marquee::gateway {

struct ConfigInputs {
  DisplaySettingsPtr display;  // never null
  std::vector<SourceInfo> sources;
  bool bypass_active = false;  // device management is disabled for this address
};

// 22 keys in the order of the display protocol (deviceMgmt only if the bypass is active), then
// unknown settings. Of each source only name, type and whether it is enabled are included, never
// its address or token.
std::string RenderConfig(const ConfigInputs& inputs);

}  // namespace marquee::gateway
