// A display as the registry remembers it. A plain value.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <string>
#include <vector>

namespace marquee::devices {

struct Device {
  std::string id;           // UUID v4, given by us, never changes
  std::string install_id;   // of the browser profile (its cookie); empty: unknown
  std::string hardware_id;  // a hash of the model, equal on identical televisions; empty: unknown
  std::string cookie_id;    // cookie of its browser where it differs from install_id: settings are
                            // found by it, a record is not given back by it; empty: none

  std::string secret_hash;           // "sha256:<64 hex>"; the secret itself is never kept
  std::string previous_secret_hash;  // of the secret before a rotation; empty: none
  absl::Time previous_secret_until = absl::InfinitePast();  // valid before this instant
  int64_t secret_generation = 0;  // StoreInfo::generation when the secret was issued
  int64_t secret_serial = 0;      // of the secret among those of this device; grows

  std::string name;
  std::string location;
  std::vector<std::string> tags;
  std::vector<std::string> groups;  // ids; among groups of equal order the later one wins
  std::string preset;               // a label
  std::string profile_id;           // empty: none
  std::string plex_username;
  std::string settings_override = "{}";  // JSON object, merged last into the display settings

  std::string client_info = "{}";    // JSON object: user agent, screen, mode
  std::string current_state = "{}";  // JSON object: what the last heartbeats said it shows
  bool reload = false;               // the next heartbeat answers `reload: true`, once

  absl::Time created_at = absl::InfinitePast();
  absl::Time registered_at = absl::InfinitePast();   // last time it was given a secret
  absl::Time updated_at = absl::InfinitePast();      // by a person or a registration
  absl::Time last_seen_at = absl::InfinitePast();    // InfinitePast: never
  absl::Time last_paired_at = absl::InfinitePast();  // InfinitePast: never

  std::string approval_code;    // six digits that its display shows; empty: approved
  std::string perhaps_same_as;  // id of the device whose display this may be; empty: none

  int64_t revision = 0;  // grows with every stored change except heartbeats; the etag's base
  std::string register_request_id;  // of the registration that wrote it last; empty: none

  bool operator==(const Device&) const = default;
};

}  // namespace marquee::devices
