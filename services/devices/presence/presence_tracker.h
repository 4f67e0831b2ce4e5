// Which displays are there: the sockets that are open and the heartbeats that came, in memory. A
// heartbeat ends here; what it brought is written later, in batches, so that it costs no disk sync.
// What a crash may lose is the last few seconds of "last seen" and of what a screen said it shows,
// which the next heartbeat says again.
//
// Sockets are reported by gateways, whose messages may overtake one another on their way here. Each
// report therefore carries a sequence number that grows with every change of a device's socket at
// that gateway: of the reports on one device by one gateway the one with the largest number counts,
// in whatever order they come. Gateways also send a digest of all their sockets every few seconds,
// and the list when it differs from ours (Agrees, Reconcile), so that presence is the state of the
// sockets that exist, whatever was lost.
#pragma once

#include <absl/time/time.h>

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/base/set_digest.h"
#include "libs/base/strings.h"
#include "services/devices/model/device.h"
#include "services/devices/model/presence.h"

namespace marquee::devices {

// An open WebSocket, as its gateway announced it.
struct Socket {
  uint64_t stream = 0;    // the Attach stream of its gateway, unique in this process
  int64_t socket_id = 0;  // unique among the sockets of a gateway

  bool operator==(const Socket&) const = default;
};

// A device's socket as its gateway lists it.
struct ListedSocket {
  std::string device_id;
  int64_t socket_id = 0;
  int64_t sequence = 0;  // of the report that announced it
};

// Thread-safe. Holds one entry a registered device, some 300 bytes plus what is not yet written.
class PresenceTracker {
 public:
  // A registry that has just started does not know which displays are there; for this long those
  // that it read from the store count as online. More than four heartbeats fit into it.
  static constexpr absl::Duration kUnknownAfterStart = absl::Seconds(90);

  // An address is written again when it was last written longer ago.
  static constexpr absl::Duration kAddressFor = absl::Hours(1);

  // What the last heartbeats of a device left to be written.
  struct Unwritten {
    std::string device_id;
    absl::Time last_seen_at;
    std::optional<std::string> client_info;    // unset: as stored
    std::optional<std::string> current_state;  // unset: as stored
    std::optional<std::string> address;        // unset: as stored
    uint64_t version;
  };

  explicit PresenceTracker(const base::Clock& clock);

  // Begins to count a device that the store held at the start.
  void Load(std::string_view device_id, absl::Time last_seen_at);
  // Begins to count a device that was registered now, or goes on.
  void Add(std::string_view device_id, absl::Time last_seen_at);
  // It was deleted. Returns the socket that is to be closed.
  std::optional<Socket> Forget(std::string_view device_id);

  // A sign of life without news. `address`: where it came from; empty: unknown.
  void Seen(std::string_view device_id, std::string_view address = {});
  // A heartbeat; both JSON objects replace what was said before, so the caller merges.
  void Heard(std::string_view device_id, absl::Time at, std::string client_info,
             std::string current_state, std::string_view address = {});
  // Lays what is not yet written over a stored record.
  void Overlay(Device& device) const;

  // The socket that is to be closed, if any: the one whose place this one takes, or `socket` itself
  // when a later report of its gateway on this device was here before; nothing changes then.
  // `sequence` 0: from a gateway without sequence numbers, whose socket ids grow.
  std::optional<Socket> SocketUp(std::string_view device_id, Socket socket, int64_t sequence = 0);
  // `sequence` 0: only if `socket` is the device's present one. `going_away`: the display closed it
  // with 1001, as browsers do when a page is left. False when nothing changed.
  bool SocketDown(std::string_view device_id, Socket socket, int64_t sequence = 0,
                  bool going_away = false);
  // Every socket of this stream is down.
  void StreamGone(uint64_t stream);
  std::optional<Socket> SocketOf(std::string_view device_id) const;

  // Whether the sockets of a stream are those of which its gateway has sent number and digest
  // (of device id and socket id).
  bool Agrees(uint64_t stream, size_t count, uint64_t digest) const;
  // Takes a gateway's list of its open sockets, made when its last report had number `sequence`;
  // what was reported later stays. Devices must exist. Returns what is to be closed: sockets whose
  // device has gone to another one since.
  std::vector<std::pair<std::string, Socket>> Reconcile(uint64_t stream,
                                                        const std::vector<ListedSocket>& sockets,
                                                        int64_t sequence);

  Presence Of(const Device& device) const;
  // The cautious answer, for rules that would take a record away from a display: also true while
  // presence is unknown after a start.
  bool CountsAsOnline(const Device& device) const;
  // Its last socket was closed with 1001, and nothing was heard of it since.
  bool HasLeft(std::string_view device_id) const;
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
    // The largest number of a report on this device, by stream. Streams are few, mostly one.
    std::vector<std::pair<uint64_t, int64_t>> sequences = {};
    std::optional<std::string> client_info;
    std::optional<std::string> current_state;
    std::string address = {};                              // "" when unknown
    absl::Time address_written_at = absl::InfinitePast();  // of `address`
    uint64_t version = 0;                                  // of what was heard
    bool loaded = false;                                   // by Load, and not heard of since
    bool has_left = false;                                 // see HasLeft
    bool queued = false;          // in unwritten_, or taken and not yet reported
    bool said_something = false;  // since TakeNews
    std::optional<Presence> taken_as = std::nullopt;  // by TakeNews
  };
  using Entries = std::unordered_map<std::string, Entry, base::StringHash, base::StringEq>;
  // The sockets of one stream, kept as entries change.
  struct StreamSockets {
    size_t count = 0;
    base::SetDigest digest;
  };

  Entry& EntryOf(std::string_view device_id) MARQUEE_REQUIRES(mutex_);
  void Changed(const std::string& device_id, Entry& entry) MARQUEE_REQUIRES(mutex_);
  void NoteSign(Entry& entry, absl::Time at, std::string_view address) MARQUEE_REQUIRES(mutex_);
  static int64_t& SequenceOf(Entry& entry, uint64_t stream);
  void SetSocket(std::string_view device_id, Entry& entry, std::optional<Socket> socket)
      MARQUEE_REQUIRES(mutex_);

  const base::Clock& clock_;
  const absl::Duration started_;
  mutable base::Mutex mutex_;
  Entries entries_ MARQUEE_GUARDED_BY(mutex_);
  std::unordered_map<uint64_t, StreamSockets> streams_ MARQUEE_GUARDED_BY(mutex_);
  std::deque<std::string> unwritten_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::devices
