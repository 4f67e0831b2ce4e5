// The body of GET /get-config: the settings of a display, with the defaults that displays expect.
#pragma once

#include <string>
#include <vector>

#include "services/gateway/ports/media_port.h"
#include "services/gateway/ws/settings_directory.h"

namespace marquee::gateway {

struct ConfigInputs {
  DisplaySettingsPtr display;  // never null
  std::vector<SourceInfo> sources;
  bool bypass_active = false;  // device management is off for this address
};

// 22 keys in the order displays and fixtures know (deviceMgmt only when the bypass is active), then
// what else was set. Of
// the sources only name, type and whether they are on: never an address, never a token.
std::string RenderConfig(const ConfigInputs& inputs);

}  // namespace marquee::gateway
