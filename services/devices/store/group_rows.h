// Rows of groups, profiles and pairing codes. Errors as in device_store.h.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/devices/model/device.h"
#include "services/devices/model/group.h"
#include "services/devices/model/pairing_code.h"

namespace marquee::devices {

class GroupReads {
 public:
  virtual ~GroupReads() = default;

  virtual absl::StatusOr<std::optional<Group>> FindGroup(std::string_view id) = 0;
  // Sorted by order, then by id.
  virtual absl::StatusOr<std::vector<Group>> ListGroups() = 0;
  virtual absl::StatusOr<std::optional<Profile>> FindProfile(std::string_view id) = 0;
  // Sorted by name, then by id.
  virtual absl::StatusOr<std::vector<Profile>> ListProfiles() = 0;

  // Sorted by creation time.
  virtual absl::StatusOr<std::vector<Device>> DevicesInGroup(std::string_view group_id) = 0;
  virtual absl::StatusOr<std::vector<Device>> DevicesWithProfile(std::string_view profile_id) = 0;

  // Also returns expired codes: the caller checks expires_at.
  virtual absl::StatusOr<std::optional<PairingCode>> FindPairingCode(std::string_view code) = 0;
  // The codes that are open at `now`, sorted by expiry.
  virtual absl::StatusOr<std::vector<PairingCode>> ListPairingCodes(absl::Time now) = 0;
};

class GroupWrites {
 public:
  virtual ~GroupWrites() = default;

  // Inserts or replaces the row with this id.
  virtual absl::Status PutGroup(const Group& group) = 0;
  // False if it does not exist. Devices keep its id until they are stored without it.
  virtual absl::StatusOr<bool> DeleteGroup(std::string_view id) = 0;
  virtual absl::Status PutProfile(const Profile& profile) = 0;
  virtual absl::StatusOr<bool> DeleteProfile(std::string_view id) = 0;

  // Replaces the device's code. The device must exist; deleting it deletes the code.
  virtual absl::Status PutPairingCode(const PairingCode& code) = 0;
  virtual absl::Status DeletePairingCode(std::string_view code) = 0;
  virtual absl::Status DeletePairingCodesExpiredBy(absl::Time now) = 0;
};

}  // namespace marquee::devices
