// Registry of the open sockets of displays; delivers commands and settings to them.
#pragma once

#include <absl/time/time.h>

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "libs/base/mutex.h"
#include "libs/base/set_digest.h"
#include "services/gateway/http/message.h"
#include "services/gateway/ports/device_events.h"
#include "services/gateway/ports/device_port.h"
#include "services/gateway/ws/settings_directory.h"

namespace marquee::gateway {

// One open socket, as used by the hub. All methods are thread-safe and none blocks.
class DeviceSession {
 public:
  virtual ~DeviceSession() = default;
  virtual int64_t socket_id() const = 0;
  // The executor of the thread on which the socket runs.
  virtual asio::any_io_executor executor() const = 0;
  // Queues a text frame; several sessions may share its bytes. `command_id`: id of the command in
  // the frame; a command that was already sent on this socket is not sent again. Empty: not a
  // command.
  virtual void Send(Bytes frame, std::string command_id) = 0;
  // The same, callable only on the thread of the socket.
  virtual void SendHere(const Bytes& frame, const std::string& command_id) = 0;
  // Sends the queued frames, then a close frame with this code and reason.
  virtual void Close(int code, std::string reason) = 0;
  // Closes the connection at once, without a close frame.
  virtual void Abort() = 0;
};

// Thread-safe. Copies what it needs under its lock and calls sessions after releasing it.
class DeviceHub final : public CommandSink {
 public:
  DeviceHub(RegistryStream& registry_stream, SettingsDirectory& settings, DeviceEvents& events)
      : registry_stream_(registry_stream), settings_(settings), events_(events) {}

  int64_t NextSocketId() { return ++last_socket_; }

  // Adds an open socket. false: the gateway is shutting down; the caller must close the socket.
  bool Enter(const std::shared_ptr<DeviceSession>& session);
  // Assigns the socket to the device after authentication; the device's previous socket is closed
  // with 4000.
  void Join(const std::string& device_id, const std::shared_ptr<DeviceSession>& session);
  // Removes a closed socket. `device_id`: "" if it did not authenticate. The device's mapping is
  // removed only if it still refers to this socket, because it may have been replaced by a newer
  // one. `close_code`: sent by the display, 0 for none.
  void Exit(const std::string& device_id, DeviceSession& session, int close_code = 0);

  bool Deliver(const std::string& device_id, int64_t socket_id, const Command& command) override;
  std::vector<OpenSocket> DeliverToMany(const std::vector<OpenSocket>& sockets,
                                        const Command& command) override;
  void ApplySettings(const std::vector<std::string>& device_ids,
                     const std::string& changed_json) override;
  void SettingsBegin() override { settings_.BeginAnew(); }
  void SettingsInForce(const SettingsUpdate& update) override { settings_.Apply(update); }
  void LogOfDevice(const std::string& device_id,
                   const std::vector<DeviceLogEntry>& entries) override {
    events_.OnLog(device_id, entries);
  }
  void CloseSocket(const std::string& device_id, int64_t socket_id, int code,
                   const std::string& reason) override;
  SocketList OpenSockets() const override;

  // Reports number and digest of the open sockets, from which the devices service detects
  // differences to its own list. Call it every few hundred milliseconds; it reports once per
  // kDigestEvery.
  static constexpr absl::Duration kDigestEvery = absl::Seconds(1);
  void DigestTick(absl::Time now);

  // Forwards log entries of a display that is connected to this gateway.
  void Log(const std::string& device_id, const std::vector<DeviceLogEntry>& entries);

  // Announces to all displays of each period the next instant at which they change what they show,
  // once per period and at most kSyncAhead before it. Call it several times per second.
  static constexpr absl::Duration kSyncAhead = absl::Milliseconds(800);
  void SyncTick(absl::Time now);

  // Accepts no new sockets, closes every socket with 1001, aborts the remaining ones at `deadline`,
  // and returns when all are closed. Not on an io thread.
  void Drain(absl::Time deadline);

  size_t size() const;

 private:
  using Sessions = std::vector<std::shared_ptr<DeviceSession>>;

  std::shared_ptr<DeviceSession> Find(const std::string& device_id, int64_t socket_id) const;
  // Sends one frame to all of them, with one post per thread.
  static void Broadcast(const Sessions& sessions, const Bytes& frame,
                        const std::string& command_id);

  RegistryStream& registry_stream_;
  SettingsDirectory& settings_;
  DeviceEvents& events_;
  std::atomic<int64_t> last_socket_{0};
  mutable base::Mutex mutex_;
  base::CondVar session_closed_;
  bool draining_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::unordered_map<DeviceSession*, std::shared_ptr<DeviceSession>> sessions_
      MARQUEE_GUARDED_BY(mutex_);
  struct Joined {
    std::shared_ptr<DeviceSession> session;
    int64_t sequence = 0;
  };
  std::unordered_map<std::string, Joined> by_device_ MARQUEE_GUARDED_BY(mutex_);
  // Numbers the changes of by_device_ under its lock, because reports of them may arrive out of
  // order.
  int64_t last_sequence_ MARQUEE_GUARDED_BY(mutex_) = 0;
  base::SetDigest digest_ MARQUEE_GUARDED_BY(mutex_);  // of by_device_
  // Used only by SyncTick.
  std::map<int64_t, int64_t> announced_;  // nextAt by period
  int64_t next_look_ms_ = 0;
  absl::Time next_digest_ = absl::InfinitePast();  // only DigestTick
};

}  // namespace marquee::gateway
