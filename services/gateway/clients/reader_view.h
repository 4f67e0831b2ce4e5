// What callers below administrator are not shown of a message that goes out as JSON.
#pragma once

#include <google/protobuf/message.h>

namespace marquee::gateway {

// In every marquee.devices.v1.Device and UnknownDisplay inside `message`, at any depth: the
// installation id becomes its hash, approval codes and addresses go.
void HideFromReaders(google::protobuf::Message& message);

}  // namespace marquee::gateway
