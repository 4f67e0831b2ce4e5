// Rows of the store's identity, former devices, and device addresses. Errors as in device_store.h.
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

  // Unset before the first PutStoreInfo.
  virtual absl::StatusOr<std::optional<StoreInfo>> FindStoreInfo() = 0;

  virtual absl::StatusOr<std::optional<FormerDevice>> FindFormerDevice(std::string_view id) = 0;
  virtual absl::StatusOr<int64_t> CountFormerDevices() = 0;

  // Addresses used since `since` by devices with this installation id.
  virtual absl::StatusOr<std::vector<DeviceAddress>> AddressesOfInstallation(
      std::string_view install_id, absl::Time since) = 0;
  // Devices that used this address since `since`.
  virtual absl::StatusOr<std::vector<DeviceAddress>> DevicesAtAddress(std::string_view address,
                                                                      absl::Time since) = 0;
};

class InstallationWrites {
 public:
  virtual ~InstallationWrites() = default;

  virtual absl::Status PutStoreInfo(const StoreInfo& info) = 0;

  // Inserts or replaces the record with this id.
  virtual absl::Status PutFormerDevice(const FormerDevice& device) = 0;
  // Called when a display is adopted.
  virtual absl::Status ForgetFormerDevice(std::string_view id) = 0;
  virtual absl::Status ForgetFormerDevicesBefore(absl::Time oldest) = 0;
  // Records with the successor `id` get the successor `successor_id` (empty: none).
  virtual absl::Status ReplaceSuccessor(std::string_view id, std::string_view successor_id) = 0;

  // Records an address and keeps the newest `keep` of the device, which must exist; deleting it
  // deletes its addresses.
  virtual absl::Status NoteAddress(const DeviceAddress& address, size_t keep) = 0;
};

}  // namespace marquee::devices
