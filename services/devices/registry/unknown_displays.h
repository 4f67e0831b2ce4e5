// Displays that presented an id and a secret which this store cannot verify: they were registered
// at another store, or after the backup that this store was restored from. An owner adopts or
// rejects them. Kept in memory: a display presents itself again every 20 s.
#pragma once

#include <absl/time/time.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/obs/metrics.h"
#include "services/devices/registry/identity.h"

namespace marquee::devices {

struct UnknownDisplay {
  std::string device_id;      // UUID, as presented
  std::string secret_hash;    // of the presented secret
  int64_t secret_serial = 0;  // of the presented secret, if this store issued it; else 0
  Identity identity = {};     // as last presented; may be empty
  std::string address = {};   // last client address; may be empty
  // This store issued the secret: the display was registered here, and the store is an older copy.
  bool issued_here = false;
  // A device with this id exists; its stored secret differs.
  bool has_record = false;
  absl::Time first_seen_at = absl::InfinitePast();
  absl::Time last_seen_at = absl::InfinitePast();

  // Identifies the display among those with the same id: "<device id>:<12 digits of the secret's
  // hash>".
  std::string key() const;
};

// Thread-safe. Metric: marquee_unknown_displays.
class UnknownDisplays {
 public:
  // Maximum number of entries. Beyond it, the longest silent entry of the address (or IPv6 /64)
  // with the most entries is dropped, so that a sender of invented ids displaces only its own
  // entries.
  static constexpr size_t kMost = 1000;

  UnknownDisplays(const base::Clock& clock, obs::Metrics& metrics);

  // Sets `display.first_seen_at` and `last_seen_at`. Ids that are not UUIDs and impossible secrets
  // (shorter than 32 or longer than 128 characters) are not listed; the caller checks with
  // CanBeListed.
  void Note(UnknownDisplay display);
  static bool CanBeListed(std::string_view device_id, std::string_view secret);

  // Sorted by first_seen_at, then by key.
  std::vector<UnknownDisplay> List() const;
  // `name`: a key, or a device id that only one entry has. Empty: no such entry. If several entries
  // have this id, `ambiguous` is set.
  std::optional<UnknownDisplay> Find(std::string_view name, bool& ambiguous) const;
  // All entries with this device id.
  void Forget(std::string_view device_id);

 private:
  using Entries = std::map<std::pair<std::string, std::string>, UnknownDisplay>;  // id, hash

  void DropOne() MARQUEE_REQUIRES(mutex_);

  const base::Clock& clock_;
  const obs::Gauge count_;
  mutable base::Mutex mutex_;
  Entries entries_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::devices
