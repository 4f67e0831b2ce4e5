// Identity of the store, and records of its former devices.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <string>

namespace marquee::devices {

// One row, created with the store. Displays receive `id` when they register, so that they can
// distinguish this store from that of another installation.
struct StoreInfo {
  std::string id;          // UUID v4
  int64_t generation = 0;  // number of restores from a backup
  std::string secret_key;  // 64 hex digits; identifies the device secrets issued by this store

  bool operator==(const StoreInfo&) const = default;
};

// The first row of a store: a new id and key, generation 0.
StoreInfo NewStoreInfo();

// A device that was deleted, or merged into another one: the proof that its id is void. An id with
// neither a device nor such a record proves nothing, since the store may be an older copy.
struct FormerDevice {
  std::string id;
  absl::Time gone_at = absl::InfinitePast();
  std::string successor_id = {};  // the device that it was merged into; empty: deleted
  std::string secret_hash = {};   // with a successor: the secret that the display still presents

  bool operator==(const FormerDevice&) const = default;
};

// The last address of a device's requests.
struct DeviceAddress {
  std::string device_id;
  std::string address;
  absl::Time seen_at = absl::InfinitePast();

  bool operator==(const DeviceAddress&) const = default;
};

}  // namespace marquee::devices
