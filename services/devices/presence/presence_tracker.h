// Who is there: the sockets that are open and the heartbeats that came, in memory. A heartbeat
// ends here; what it brought is written behind, in batches, so that it costs no disk sync. What a
// crash may lose is the last few seconds of "last seen" and of what a screen said it shows, which
// the next heartbeat says again.
#pragma once

#include <absl/time/time.h>

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/base/strings.h"
#include "services/devices/model/device.h"
#include "services/devices/model/presence.h"

namespace marquee::devices {

// An open WebSocket, as its gateway announced it.
struct Socket {
  uint64_t stream = 0;    // the Attach stream of its gateway, unique in this process
  int64_t socket_id = 0;  // larger for each socket of a gateway

  bool operator==(const Socket&) const = default;
};

// Thread-safe. Holds one entry a registered device, some 200 bytes plus what is not yet written.
class PresenceTracker {
 public:
  // A registry that has just started does not know who is there; for this long everybody counts
  // as online. More than four heartbeats fit into it.
  static constexpr absl::Duration kUnknownAfterStart = absl::Seconds(90);

  // What the last heartbeats of a device left to be written.
  struct Unwritten {
    std::string device_id;
    absl::Time last_seen_at;
    std::optional<std::string> client_info;    // unset: as stored
    std::optional<std::string> current_state;  // unset: as stored
    uint64_t version;
  };

  explicit PresenceTracker(const base::Clock& clock);

  // Begins to count a device: at start with what the store says, then at its registration.
  void Add(std::string_view device_id, absl::Time last_seen_at);
  // It was deleted. Returns the socket that is to be closed.
  std::optional<Socket> Forget(std::string_view device_id);

  // A sign of life without news.
  void Seen(std::string_view device_id);
  // A heartbeat; both JSON objects replace what was said before, so the caller merges.
  void Heard(std::string_view device_id, absl::Time at, std::string client_info,
             std::string current_state);
  // Lays what is not yet written over a stored record.
  void Overlay(Device& device) const;

  // The socket this one takes the place of, if any. Nothing changes, and `socket` itself is
  // returned, when the same stream has announced a later socket of the device.
  std::optional<Socket> SocketUp(std::string_view device_id, Socket socket);
  // False when `socket` is not the device's present one, whose mapping then stays.
  bool SocketDown(std::string_view device_id, Socket socket);
  // Every socket of this stream is down.
  void StreamGone(uint64_t stream);
  std::optional<Socket> SocketOf(std::string_view device_id) const;

  Presence Of(const Device& device) const;
  // The cautious answer, for rules that would take a record away from a display: also true while
  // presence is unknown after a start.
  bool CountsAsOnline(const Device& device) const;
  // Devices by presence, indexed by static_cast<size_t>(Presence).
  std::array<size_t, 5> Count() const;

  // Devices whose presence is another one than when this was last called, or that said something
  // since; those that were forgotten are not among them. Looks at every device.
  std::vector<std::string> TakeNews();

  // Devices with something to write.
  size_t unwritten() const;
  // Up to `limit` of them, longest waiting first; it stays until Written says otherwise, and is
  // not returned again until then.
  std::vector<Unwritten> TakeUnwritten(size_t limit);
  // Stored (true), or not and to be tried again (false). What came in between stays to be
  // written.
  void Written(const Unwritten& unwritten, bool stored);

 private:
  struct Entry {
    absl::Time last_seen_at = absl::InfinitePast();
    std::optional<Socket> socket;
    std::optional<std::string> client_info;
    std::optional<std::string> current_state;
    uint64_t version = 0;         // of what was heard
    bool queued = false;          // in unwritten_, or taken and not yet reported
    bool said_something = false;  // since TakeNews
    std::optional<Presence> taken_as = std::nullopt;  // by TakeNews
  };
  using Entries = std::unordered_map<std::string, Entry, base::StringHash, base::StringEq>;

  Entry& EntryOf(std::string_view device_id) MARQUEE_REQUIRES(mutex_);
  void Changed(const std::string& device_id, Entry& entry) MARQUEE_REQUIRES(mutex_);

  const base::Clock& clock_;
  const absl::Duration started_;
  mutable base::Mutex mutex_;
  Entries entries_ MARQUEE_GUARDED_BY(mutex_);
  std::deque<std::string> unwritten_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::devices
