// Conversion of absl::Duration to the protobuf type.
#pragma once

#include <absl/time/time.h>
#include <google/protobuf/duration.pb.h>

namespace marquee::imageproc {

inline void Set(google::protobuf::Duration& to, absl::Duration from) {
  to.set_seconds(absl::IDivDuration(from, absl::Seconds(1), &from));
  to.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(from)));
}

}  // namespace marquee::imageproc
