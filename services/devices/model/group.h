// Settings that displays share: a display is in any number of groups and has at most one profile.
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
  std::string settings_template = "{}";  // JSON object, laid over the base settings of members
  int64_t order = 0;                     // smaller comes first, so that larger wins
  absl::Time created_at = absl::InfinitePast();
  absl::Time updated_at = absl::InfinitePast();
  int64_t revision = 0;  // the etag's base

  bool operator==(const Group&) const = default;
};

struct Profile {
  std::string id;  // see IsResourceId
  std::string name;
  std::string description;
  std::string settings = "{}";  // JSON object, laid over base and groups
  absl::Time created_at = absl::InfinitePast();
  absl::Time updated_at = absl::InfinitePast();
  int64_t revision = 0;  // the etag's base

  bool operator==(const Profile&) const = default;
};

// Every settings computation reads them all, so there is a bound; more than anyone sorts by hand.
inline constexpr size_t kMaxGroups = 1000;
inline constexpr size_t kMaxProfiles = 1000;
inline constexpr size_t kMaxGroupNameBytes = 256;
inline constexpr size_t kMaxDescriptionBytes = 1024;
inline constexpr int64_t kMaxGroupOrder = 1'000'000'000;
// Of one template, profile or override.
inline constexpr size_t kMaxSettingsBytes = size_t{64} * 1024;

}  // namespace marquee::devices
