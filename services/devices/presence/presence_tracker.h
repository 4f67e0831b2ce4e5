// Tracks which displays are connected: open sockets and heartbeats, in memory. A heartbeat only
// updates memory; its data are written later, in batches, so that it costs no disk sync. A crash
// loses at most the last few seconds of "last seen" and of the reported state, which the next
// heartbeat reports again.
//
// Gateways report sockets, and their messages may arrive out of order. Each report therefore
// carries a sequence number that increases with every change of a device's socket at that gateway:
// among the reports of one gateway about one device, the one with the largest number counts. Every
// few seconds gateways also send a digest of all their sockets, and the full list if the digest
// differs from ours (Agrees, Reconcile). So presence matches the existing sockets, whichever
// messages were lost.
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

// An open WebSocket as reported by its gateway.
struct Socket {
  uint64_t stream = 0;    // the Attach stream of its gateway, unique in this process
  int64_t socket_id = 0;  // unique among the sockets of a gateway

  bool operator==(const Socket&) const = default;
};

// A device's socket in a gateway's list.
struct ListedSocket {
  std::string device_id;
  int64_t socket_id = 0;
  int64_t sequence = 0;  // of the report about this socket
};

// Thread-safe. One entry per registered device, about 300 bytes plus data that have not been
// written.
class PresenceTracker {
 public:
  // After its start a registry does not know which displays are connected; for this time the
  // devices read from the store count as online. Longer than four heartbeat intervals.
  static constexpr absl::Duration kUnknownAfterStart = absl::Seconds(90);

  // An address is written again if it was last written longer ago than this.
  static constexpr absl::Duration kAddressFor = absl::Hours(1);

  // Unwritten data of a device's last heartbeats.
  struct Unwritten {
    std::string device_id;
    absl::Time last_seen_at;
    std::optional<std::string> client_info;    // unset: as stored
    std::optional<std::string> current_state;  // unset: as stored
    std::optional<std::string> address;        // unset: as stored
    uint64_t version;
  };

  explicit PresenceTracker(const base::Clock& clock);

  // Starts to track a device read from the store at the start.
  void Load(std::string_view device_id, absl::Time last_seen_at);
  // Starts to track a device that was registered now; no effect if it is tracked.
  void Add(std::string_view device_id, absl::Time last_seen_at);
  // Stops tracking a deleted device. Returns its socket, which must be closed.
  std::optional<Socket> Forget(std::string_view device_id);

  // A request of the device without new data. `address`: client address; empty: unknown.
  void Seen(std::string_view device_id, std::string_view address = {});
  // A heartbeat. Both JSON objects replace the earlier ones, so the caller merges them.
  void Heartbeat(std::string_view device_id, absl::Time at, std::string client_info,
                 std::string current_state, std::string_view address = {});
  // Applies unwritten data to a stored record.
  void Overlay(Device& device) const;

  // Returns the socket to close, if any: the one replaced by this one, or `socket` itself if a
  // later report of its gateway about this device has been received; nothing changes then.
  // `sequence` 0: the gateway sends no sequence numbers; its socket ids increase.
  std::optional<Socket> SocketUp(std::string_view device_id, Socket socket, int64_t sequence = 0);
  // `sequence` 0: applies only if `socket` is the device's current one. `going_away`: the display
  // closed it with 1001, as browsers do when a page is left. False if nothing changed.
  bool SocketDown(std::string_view device_id, Socket socket, int64_t sequence = 0,
                  bool going_away = false);
  // All sockets of this stream are closed.
  void StreamGone(uint64_t stream);
  std::optional<Socket> SocketOf(std::string_view device_id) const;

  // Whether the sockets of a stream match the number and digest (of device id and socket id) sent
  // by its gateway.
  bool Agrees(uint64_t stream, size_t count, uint64_t digest) const;
  // Applies a gateway's list of its open sockets, created when its last report had the number
  // `sequence`; later reports are kept. All devices must exist. Returns the sockets to close: those
  // whose device has connected to another gateway since.
  std::vector<std::pair<std::string, Socket>> Reconcile(uint64_t stream,
                                                        const std::vector<ListedSocket>& sockets,
                                                        int64_t sequence);

  Presence Of(const Device& device) const;
  // The safe choice for rules that would take a device away from a display: also true while
  // presence is unknown after a start.
  bool CountsAsOnline(const Device& device) const;
  // Its last socket was closed with 1001, and no request was received since.
  bool HasLeft(std::string_view device_id) const;
  // Devices by presence, indexed by static_cast<size_t>(Presence).
  std::array<size_t, 5> Count() const;

  // Devices whose presence changed, or that sent a heartbeat, since the last call; without
  // forgotten ones. Visits every device.
  std::vector<std::string> TakeChanged();

  // Number of devices with unwritten data.
  size_t unwritten() const;
  // Up to `limit` of them, longest waiting first. Their data are kept until Written reports
  // success, and are not returned again before Written.
  std::vector<Unwritten> TakeUnwritten(size_t limit);
  // Reports the result of a write: stored (true), or failed and to be retried (false). Data
  // received in the meantime remain unwritten.
  void Written(const Unwritten& unwritten, bool stored);

 private:
  struct Entry {
    absl::Time last_seen_at = absl::InfinitePast();
    std::optional<Socket> socket;
    // The largest sequence number of a report about this device, by stream. Usually there is only
    // one stream.
    std::vector<std::pair<uint64_t, int64_t>> sequences = {};
    std::optional<std::string> client_info;
    std::optional<std::string> current_state;
    std::string address = {};                              // "": unknown
    absl::Time address_written_at = absl::InfinitePast();  // of `address`
    uint64_t version = 0;                                  // increases with each heartbeat
    bool loaded = false;                                   // read by Load, no request since
    bool has_left = false;                                 // see HasLeft
    bool queued = false;       // in unwritten_, or taken and Written not yet called
    bool has_changed = false;  // since TakeChanged
    std::optional<Presence> taken_as = std::nullopt;  // presence at the last TakeChanged
  };
  using Entries = std::unordered_map<std::string, Entry, base::StringHash, base::StringEq>;
  // The sockets of one stream, updated with every change of an entry.
  struct StreamSockets {
    size_t count = 0;
    base::SetDigest digest;
  };

  Entry& EntryOf(std::string_view device_id) MARQUEE_REQUIRES(mutex_);
  void Changed(const std::string& device_id, Entry& entry) MARQUEE_REQUIRES(mutex_);
  void RecordActivity(Entry& entry, absl::Time at, std::string_view address)
      MARQUEE_REQUIRES(mutex_);
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
