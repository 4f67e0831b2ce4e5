// Records of deleted devices. They prove that a device id is void.
#pragma once

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <cstdint>

#include "services/devices/model/installation.h"
#include "services/devices/store/device_store.h"

namespace marquee::devices {

// Minimum lifetime of a record. A display that was switched off for longer and returns is listed as
// an unknown display instead.
inline constexpr absl::Duration kFormerDeviceFor = absl::Hours(24 * 366 * 2);

// Maximum number of records, about 120 bytes each: 137 deletions per day for two years.
inline constexpr int64_t kMaxFormerDevices = 100'000;

// Stores the record and removes those older than kFormerDeviceFor. In records that have this device
// as successor the successor is cleared: their displays are deleted with it. kResourceExhausted:
// kMaxFormerDevices records are younger than kFormerDeviceFor.
absl::Status AddFormerDevice(StoreTransaction& store, const FormerDevice& device);

}  // namespace marquee::devices
