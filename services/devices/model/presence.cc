#include "services/devices/model/presence.h"

namespace marquee::devices {

Presence PresenceAt(bool has_socket, absl::Time last_seen, absl::Time now) {
  if (has_socket) return Presence::kLive;
  if (last_seen == absl::InfinitePast()) return Presence::kUnknown;
  const absl::Duration silent = now - last_seen;
  if (silent < kOnlineFor) return Presence::kOnline;
  if (silent < kStaleFor) return Presence::kStale;
  return Presence::kOffline;
}

std::string_view NameOf(Presence presence) {
  switch (presence) {
    case Presence::kUnknown:
      return "unknown";
    case Presence::kOffline:
      return "offline";
    case Presence::kStale:
      return "stale";
    case Presence::kOnline:
      return "online";
    case Presence::kLive:
      return "live";
  }
  return "unknown";
}

}  // namespace marquee::devices
