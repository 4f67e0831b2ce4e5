// Devices and commands in the words of the display protocol.
#pragma once

#include <string>

#include "services/gateway/model/device.h"

namespace marquee::gateway {

// Appends the record of a device; never a secret or its hash.
void AppendDevice(const Device& device, std::string& out);
// Appends {id,type,payload,ts}.
void AppendCommand(const Command& command, std::string& out);

}  // namespace marquee::gateway
