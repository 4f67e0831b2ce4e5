// Converts text into the value of one field of a message.
#pragma once

#include <absl/status/status.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string_view>

namespace marquee::config {

// Sets `field` of `message` to the value of `text`, or appends it if the field is a list.
// kInvalidArgument: `expected …`, without `text` itself, which may be a secret; `message` is then
// unchanged.
absl::Status SetLeaf(google::protobuf::Message& message,
                     const google::protobuf::FieldDescriptor& field, std::string_view text);

}  // namespace marquee::config
