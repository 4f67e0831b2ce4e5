// The records of devices that are gone: what makes "this id is void" certain.
#pragma once

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <cstdint>

#include "services/devices/model/installation.h"
#include "services/devices/store/device_store.h"

namespace marquee::devices {

// How long such a record is kept at least: a display that was in a drawer for that long and comes
// back is listed as unknown instead.
inline constexpr absl::Duration kFormerDeviceFor = absl::Hours(24 * 366 * 2);

// Records kept, some 120 bytes each: 137 deletions a day for two years.
inline constexpr int64_t kMaxFormerDevices = 100'000;

// Keeps the record and forgets those older than kFormerDeviceFor. Records that name this device as
// their successor stay, without a successor: their displays go with it. kResourceExhausted:
// kMaxFormerDevices are younger than that.
absl::Status AddFormerDevice(StoreTransaction& store, const FormerDevice& device);

}  // namespace marquee::devices
