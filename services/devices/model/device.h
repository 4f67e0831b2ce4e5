// A display as stored by the registry. A plain value.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <string>
#include <vector>

namespace marquee::devices {

struct Device {
  std::string id;           // UUID v4, assigned by the registry, never changes
  std::string install_id;   // of the browser profile (its cookie); empty: unknown
  std::string hardware_id;  // a hash of the model, equal on identical televisions; empty: unknown
  std::string cookie_id;    // cookie of its browser if it differs from install_id; finds settings,
                            // but is no credential; empty: none

  std::string secret_hash;           // "sha256:<64 hex>"; the secret itself is never stored
  std::string previous_secret_hash;  // of the secret before a rotation; empty: none
  absl::Time previous_secret_until = absl::InfinitePast();  // valid before this instant
  int64_t secret_generation = 0;  // StoreInfo::generation when the secret was issued
  int64_t secret_serial = 0;      // number of the secret among those of this device; increasing

  std::string name;
  std::string location;
  std::vector<std::string> tags;
  std::vector<std::string> groups;  // ids; among groups of equal order the later one has precedence
  std::string preset;               // a label
  std::string profile_id;           // empty: none
  std::string plex_username;
  std::string settings_override = "{}";  // JSON object, merged last into the display settings

  std::string client_info = "{}";    // JSON object: user agent, screen, mode
  std::string current_state = "{}";  // JSON object: state reported by heartbeats
  bool reload = false;               // the next heartbeat response has `reload: true`, once

  absl::Time created_at = absl::InfinitePast();
  absl::Time registered_at = absl::InfinitePast();   // last time a secret was issued
  absl::Time updated_at = absl::InfinitePast();      // by a user or a registration
  absl::Time last_seen_at = absl::InfinitePast();    // InfinitePast: never
  absl::Time last_paired_at = absl::InfinitePast();  // InfinitePast: never

  std::string approval_code;    // six digits shown by the display; empty: approved
  std::string perhaps_same_as;  // id of a device that may be the same display; empty: none

  int64_t revision = 0;  // increases with every stored change except heartbeats; basis of the etag
  std::string register_request_id;  // of the last registration; empty: none

  bool operator==(const Device&) const = default;
};

}  // namespace marquee::devices
