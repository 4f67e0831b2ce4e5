// Who is connected: which socket belongs to which device, and how orders reach it.
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

// One open socket, as the hub sees it. All thread-safe, none blocks.
class DeviceSession {
 public:
  virtual ~DeviceSession() = default;
  virtual int64_t socket_id() const = 0;
  // Whose thread the socket lives on.
  virtual asio::any_io_executor executor() const = 0;
  // Queues a text frame; several sessions may share its bytes. `command_id`: of the command that it
  // carries; one that went out on this very socket before does not go out again. Empty: none.
  virtual void Send(Bytes frame, std::string command_id) = 0;
  // The same, on the thread of the socket only.
  virtual void SendHere(const Bytes& frame, const std::string& command_id) = 0;
  // Closes with a code and a reason, answering what is queued first.
  virtual void Close(int code, std::string reason) = 0;
  // Closes the connection at once, without a word.
  virtual void Abort() = 0;
};

// Thread-safe. Copies what it needs under its lock and speaks after letting go.
class DeviceHub final : public CommandSink {
 public:
  DeviceHub(RegistryStream& registry_stream, SettingsDirectory& settings, DeviceEvents& events)
      : registry_stream_(registry_stream), settings_(settings), events_(events) {}

  int64_t NextSocketId() { return ++last_socket_; }

  // A socket opened (false: we are ending; close it), said who it is, closed.
  bool Enter(const std::shared_ptr<DeviceSession>& session);
  // From here on this socket is the device's; the one before it is closed with 4000.
  void Join(const std::string& device_id, const std::shared_ptr<DeviceSession>& session);
  // `device_id`: "" if it never said. Removes the device's mapping only if it is this very socket:
  // a replaced socket's late end must not take the new one with it. `close_code`: what the display
  // sent, 0 for none.
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

  // Reports number and digest of the open sockets, so that the device service finds out whether it
  // knows the same ones. Called every few hundred milliseconds; reports every kDigestEvery.
  static constexpr absl::Duration kDigestEvery = absl::Seconds(1);
  void DigestTick(absl::Time now);

  // A display of ours wrote into its log.
  void Log(const std::string& device_id, const std::vector<DeviceLogEntry>& entries);

  // Announces to all displays of each period the instant at which they change next, once a period
  // and at most kSyncAhead before. Called several times a second.
  static constexpr absl::Duration kSyncAhead = absl::Milliseconds(800);
  void SyncTick(absl::Time now);

  // Lets nobody new in, closes every socket with 1001, cuts what is left at `deadline`, and returns
  // when all are gone. Not on an io thread.
  void Drain(absl::Time deadline);

  size_t size() const;

 private:
  using Sessions = std::vector<std::shared_ptr<DeviceSession>>;

  std::shared_ptr<DeviceSession> Find(const std::string& device_id, int64_t socket_id) const;
  // One frame for all of them, handed over once a thread.
  static void Broadcast(const Sessions& sessions, const Bytes& frame,
                        const std::string& command_id);

  RegistryStream& registry_stream_;
  SettingsDirectory& settings_;
  DeviceEvents& events_;
  std::atomic<int64_t> last_socket_{0};
  mutable base::Mutex mutex_;
  base::CondVar emptier_;
  bool draining_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::unordered_map<DeviceSession*, std::shared_ptr<DeviceSession>> sessions_
      MARQUEE_GUARDED_BY(mutex_);
  struct Joined {
    std::shared_ptr<DeviceSession> session;
    int64_t sequence = 0;
  };
  std::unordered_map<std::string, Joined> by_device_ MARQUEE_GUARDED_BY(mutex_);
  // Of the changes of by_device_, counted under its lock: reports of them may overtake one another.
  int64_t last_sequence_ MARQUEE_GUARDED_BY(mutex_) = 0;
  base::SetDigest digest_ MARQUEE_GUARDED_BY(mutex_);  // of by_device_
  // Only SyncTick.
  std::map<int64_t, int64_t> announced_;  // nextAt by period
  int64_t next_look_ms_ = 0;
  absl::Time next_digest_ = absl::InfinitePast();  // only DigestTick
};

}  // namespace marquee::gateway
