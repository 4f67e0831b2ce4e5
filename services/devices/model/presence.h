// Presence of a display by time: it has an open socket (live), or was last seen less than a minute
// ago (online), less than five minutes ago (stale), longer ago (offline), or never (unknown).
#pragma once

#include <absl/time/time.h>

#include <string_view>

namespace marquee::devices {

enum class Presence { kUnknown, kOffline, kStale, kOnline, kLive };

// Displays send a heartbeat every 20 s; after this time three in a row are missing.
inline constexpr absl::Duration kOnlineFor = absl::Seconds(60);
inline constexpr absl::Duration kStaleFor = absl::Minutes(5);

// `last_seen` InfinitePast: never seen. A `last_seen` after `now` (the clock was set back) counts
// as `now`.
Presence PresenceAt(bool has_socket, absl::Time last_seen, absl::Time now);

// "live", "online", "stale", "offline", "unknown": label values of marquee_devices.
std::string_view NameOf(Presence presence);

}  // namespace marquee::devices
