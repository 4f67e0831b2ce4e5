// JSON of devices and commands in the format of the display protocol.
#pragma once

#include <string>
#include <string_view>

#include "services/gateway/http/message.h"
#include "services/gateway/model/device.h"

namespace marquee::gateway {

// "live", "online", "offline" or "unknown". A device that was silent for less than five minutes
// counts as online, because a display skips heartbeats while it shows nothing.
std::string_view StatusWord(Presence presence);

// How much of a device is included: installation id and approval code only for administrators;
// others get a hash of the installation id and no code.
enum class DeviceDetail { kReader, kAdministrator };
DeviceDetail DetailFor(const Request& request);

// Appends the record of a device, without its secret and secret hash.
void AppendDevice(const Device& device, DeviceDetail detail, std::string& out);
// Appends {id,type,payload,ts}.
void AppendCommand(const Command& command, std::string& out);

}  // namespace marquee::gateway
