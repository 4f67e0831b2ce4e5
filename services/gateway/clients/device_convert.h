// Converts between the devices service's messages and the gateway's values.
#pragma once

#include <absl/status/statusor.h>
#include <google/protobuf/struct.pb.h>

#include <string>
#include <vector>

#include "marquee/devices/v1/command.pb.h"
#include "marquee/devices/v1/device.pb.h"
#include "marquee/devices/v1/device_service.pb.h"
#include "services/gateway/model/device.h"

namespace marquee::gateway {

Device ToDevice(const marquee::devices::v1::Device& device);
UnknownDisplay ToUnknownDisplay(const marquee::devices::v1::UnknownDisplay& display);
Command ToCommand(const marquee::devices::v1::Command& command);
SettingsUpdate ToUpdate(const marquee::devices::v1::AttachResponse::EffectiveSettings& settings);
std::vector<DeviceLogEntry> ToEntries(const marquee::devices::v1::DeviceLog& log);
marquee::devices::v1::DeviceCredentials ToProto(const DeviceCredentials& credentials);
marquee::devices::v1::DeviceIdentity ToProto(const DeviceIdentity& identity);
marquee::devices::v1::DisplayOrigin ToProto(const DisplayOrigin& origin);
marquee::devices::v1::ClientInfo ToProto(const ClientInfo& info);

// The JSON text of an object; "{}" for an empty one.
std::string ToJson(const google::protobuf::Struct& object);
// kInvalidArgument: not the JSON text of an object.
absl::StatusOr<google::protobuf::Struct> FromJson(const std::string& text);

}  // namespace marquee::gateway
