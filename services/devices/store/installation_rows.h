// The part of the store that holds its own identity, former devices, and the addresses that devices
// were heard from. Errors as in device_store.h.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "services/devices/model/installation.h"

namespace marquee::devices {

class InstallationReads {
 public:
  virtual ~InstallationReads() = default;

  // Empty before PutStoreInfo was called.
  virtual absl::StatusOr<std::optional<StoreInfo>> FindStoreInfo() = 0;

  virtual absl::StatusOr<std::optional<FormerDevice>> FindFormerDevice(std::string_view id) = 0;
  virtual absl::StatusOr<int64_t> CountFormerDevices() = 0;

  // Where the devices with this installation id were heard from since `since`.
  virtual absl::StatusOr<std::vector<DeviceAddress>> AddressesOfInstallation(
      std::string_view install_id, absl::Time since) = 0;
  // The devices that were heard from this address since `since`.
  virtual absl::StatusOr<std::vector<DeviceAddress>> DevicesAtAddress(std::string_view address,
                                                                      absl::Time since) = 0;
};

class InstallationWrites {
 public:
  virtual ~InstallationWrites() = default;

  virtual absl::Status PutStoreInfo(const StoreInfo& info) = 0;

  // Inserts or replaces the record with this id.
  virtual absl::Status PutFormerDevice(const FormerDevice& device) = 0;
  // An adopted device is no former one.
  virtual absl::Status ForgetFormerDevice(std::string_view id) = 0;
  virtual absl::Status ForgetFormerDevicesBefore(absl::Time oldest) = 0;
  // The records that name `id` as their successor name `successor_id` (empty: none) instead.
  virtual absl::Status ReplaceSuccessor(std::string_view id, std::string_view successor_id) = 0;

  // The device must exist; with it its addresses go. Keeps the newest `keep` of the device.
  virtual absl::Status NoteAddress(const DeviceAddress& address, size_t keep) = 0;
};

}  // namespace marquee::devices
