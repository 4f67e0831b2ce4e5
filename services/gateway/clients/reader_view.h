// Removes fields that only administrators may see from messages before they are sent as JSON.
#pragma once

#include <google/protobuf/message.h>

namespace marquee::gateway {

// In every marquee.devices.v1.Device and UnknownDisplay inside `message`, at any depth, replaces
// the installation id by its hash and clears approval codes and addresses.
void HideFromReaders(google::protobuf::Message& message);

}  // namespace marquee::gateway
