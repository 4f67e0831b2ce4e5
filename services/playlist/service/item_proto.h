// Converts model values to protobuf messages.
#pragma once

#include <absl/time/time.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include "marquee/playlist/v1/item.pb.h"
#include "services/playlist/model/item.h"
#include "services/playlist/model/snapshot.h"

namespace marquee::playlist {

void ToProto(const Item& item, v1::Item* message);
v1::PlaylistVersion ToProto(const Snapshot& snapshot);
google::protobuf::Timestamp ToProto(absl::Time time);
google::protobuf::Duration ToProto(absl::Duration duration);

}  // namespace marquee::playlist
