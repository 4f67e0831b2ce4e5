// The fields of a settings message, read from its descriptor.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <google/protobuf/descriptor.h>

#include <string>
#include <string_view>
#include <vector>

#include "libs/config/options.pb.h"

namespace marquee::config {

using FieldPath = std::vector<const google::protobuf::FieldDescriptor*>;

// A field that one value can set: not a list, not a message, not inside a list.
struct Leaf {
  std::string path;      // "image.memory_mb"
  std::string variable;  // "MARQUEE_IMAGE_MEMORY_MB"
  FieldPath fields;      // from the outermost message inwards
  // Its variable in an earlier version, with Setting.former_name; empty: the same.
  std::string former_variable = {};
};

const Setting& SettingOf(const google::protobuf::FieldDescriptor& field);

// All leaves in the order of the file. kInternal: not a valid settings message (an unsupported
// type, a recursive message, two leaves with the same variable).
absl::StatusOr<std::vector<Leaf>> LeavesOf(const google::protobuf::Descriptor& type);

// The keys of a message, to find the nearest valid one.
std::vector<std::string> KeysOf(const google::protobuf::Descriptor& type);

// The field of `type` that was called `key` in an earlier version; null: none.
const google::protobuf::FieldDescriptor* FieldFormerlyCalled(
    const google::protobuf::Descriptor& type, std::string_view key);

}  // namespace marquee::config
