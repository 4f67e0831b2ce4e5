// Settings shared by displays: a display is in any number of groups and has at most one profile.
#pragma once

#include <absl/time/time.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace marquee::devices {

struct Group {
  std::string id;  // see IsResourceId
  std::string name;
  std::string description;
  std::string settings_template = "{}";  // JSON object, applied over the display document
  int64_t order = 0;                     // applied in ascending order: the larger has precedence
  absl::Time created_at = absl::InfinitePast();
  absl::Time updated_at = absl::InfinitePast();
  int64_t revision = 0;  // basis of the etag

  bool operator==(const Group&) const = default;
};

struct Profile {
  std::string id;  // see IsResourceId
  std::string name;
  std::string description;
  std::string settings = "{}";  // JSON object, applied over display document and groups
  absl::Time created_at = absl::InfinitePast();
  absl::Time updated_at = absl::InfinitePast();
  int64_t revision = 0;  // basis of the etag

  bool operator==(const Profile&) const = default;
};

// Every computation of settings reads all of them, so their number is bounded; more than a user
// manages by hand.
inline constexpr size_t kMaxGroups = 1000;
inline constexpr size_t kMaxProfiles = 1000;
inline constexpr size_t kMaxGroupNameBytes = 256;
inline constexpr size_t kMaxDescriptionBytes = 1024;
inline constexpr int64_t kMaxGroupOrder = 1'000'000'000;
// Size limit of one template, profile or override.
inline constexpr size_t kMaxSettingsBytes = size_t{64} * 1024;

}  // namespace marquee::devices
