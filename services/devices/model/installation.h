// What the store knows of itself, and of displays that it no longer has.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <string>

namespace marquee::devices {

// One row, made with the store. Displays are told `id` when they register, so that they can tell
// this store from that of another installation.
struct StoreInfo {
  std::string id;          // UUID v4
  int64_t generation = 0;  // how often the store was restored from a backup
  std::string secret_key;  // 64 hex digits; marks the device secrets that this store issues

  bool operator==(const StoreInfo&) const = default;
};

// A store's first row: a new id and key, generation 0.
StoreInfo NewStoreInfo();

// A device that was deleted, or merged into another one: the proof that its id is void. An id with
// neither a device nor such a record proves nothing, since the store may be an older one.
struct FormerDevice {
  std::string id;
  absl::Time gone_at = absl::InfinitePast();
  std::string successor_id = {};  // the device whose display it is now; empty: deleted for good
  std::string secret_hash = {};   // with a successor: the secret that its display still presents

  bool operator==(const FormerDevice&) const = default;
};

// Where a device was heard from.
struct DeviceAddress {
  std::string device_id;
  std::string address;
  absl::Time seen_at = absl::InfinitePast();

  bool operator==(const DeviceAddress&) const = default;
};

}  // namespace marquee::devices
