// Displays that presented an id and a secret which this store cannot judge: they were registered
// elsewhere, or after the backup that this store was restored from. An owner adopts or rejects
// them. In memory: a display presents itself again every 20 s.
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
  std::string address = {};   // where it came from last; may be empty
  // This store issued the secret: it was registered here, and the store is an older copy now.
  bool issued_here = false;
  // A device has this id; its stored secret is another one.
  bool has_record = false;
  absl::Time first_seen_at = absl::InfinitePast();
  absl::Time last_seen_at = absl::InfinitePast();

  // Names the display among those with its id: "<device id>:<12 digits of the secret's hash>".
  std::string key() const;
};

// Thread-safe. Metric: marquee_unknown_displays.
class UnknownDisplays {
 public:
  // Beyond this, the entry that was silent longest among those of the address (or IPv6 /64) with
  // the most entries is dropped, so that one sender of invented ids displaces its own entries.
  static constexpr size_t kMost = 1000;

  UnknownDisplays(const base::Clock& clock, obs::Metrics& metrics);

  // `display.first_seen_at` and `last_seen_at` are set here. Ids that are no UUID and secrets that
  // cannot be one (shorter than 32 or longer than 128 characters) are not listed; the caller checks
  // with CanBeListed.
  void Note(UnknownDisplay display);
  static bool CanBeListed(std::string_view device_id, std::string_view secret);

  // By first sight, then by key.
  std::vector<UnknownDisplay> List() const;
  // `name`: a key, or a device id that only one entry has. Empty: there is none of this name.
  // Several entries have this id: `ambiguous` is set.
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
