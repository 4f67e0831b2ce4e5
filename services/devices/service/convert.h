// Converts between protobuf messages and the values of this service.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <optional>
#include <string>
#include <string_view>

#include "marquee/devices/v1/command.pb.h"
#include "marquee/devices/v1/device.pb.h"
#include "marquee/devices/v1/device_service.pb.h"
#include "services/devices/model/command.h"
#include "services/devices/model/device.h"
#include "services/devices/registry/device_editor.h"
#include "services/devices/registry/pairing.h"
#include "services/devices/registry/registry.h"

namespace marquee::devices {

namespace pb = ::marquee::devices::v1;

// JSON objects are text inside the service and Structs on the wire. Text that is not an object
// gives an empty Struct: it was checked when it was received.
std::string JsonFrom(const google::protobuf::Struct& object);
google::protobuf::Struct StructFrom(std::string_view json);

google::protobuf::Timestamp TimestampFrom(absl::Time time);
absl::Time TimeFrom(const google::protobuf::Timestamp& timestamp);

void ToProto(const SeenDevice& seen, pb::Device& out);
void ToProto(const Command& command, pb::Command& out);
void ToProto(const OpenCode& code, pb::PairingCode& out);

// kInvalidArgument: the mask names a field that cannot be changed.
absl::StatusOr<DeviceChange> ChangeFrom(const pb::Device& device,
                                        const google::protobuf::FieldMask& mask);

Credentials FromProto(const pb::DeviceCredentials& credentials);
Identity FromProto(const pb::DeviceIdentity& identity);
Caller FromProto(const pb::DisplayOrigin& origin);
HeartbeatData FromProto(const pb::Heartbeat& heartbeat);

// The etag of a revision. kAborted: not a valid etag.
std::string EtagFrom(int64_t revision);
absl::StatusOr<int64_t> RevisionFrom(std::string_view etag);
// Unset for an empty etag: any revision.
absl::StatusOr<std::optional<int64_t>> RevisionIfAny(std::string_view etag);

// The page token of a cursor. kInvalidArgument: not a valid token.
std::string PageTokenFrom(const DeviceCursor& cursor);
absl::StatusOr<DeviceCursor> CursorFrom(std::string_view page_token);

}  // namespace marquee::devices
