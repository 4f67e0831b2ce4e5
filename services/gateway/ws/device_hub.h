// Who is connected: which socket belongs to which device, and how orders reach it.
#pragma once

#include <absl/time/time.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "libs/base/mutex.h"
#include "services/gateway/http/message.h"
#include "services/gateway/ports/device_port.h"

namespace marquee::gateway {

// One open socket, as the hub sees it. All thread-safe, none blocks.
class DeviceSession {
 public:
  virtual ~DeviceSession() = default;
  virtual int64_t socket_id() const = 0;
  // Queues a text frame; several sessions may share its bytes.
  virtual void Send(Bytes frame) = 0;
  // Closes with a code and a reason, answering what is queued first.
  virtual void Close(int code, std::string reason) = 0;
  // Closes the connection at once, without a word.
  virtual void Abort() = 0;
};

// Thread-safe. Copies what it needs under its lock and speaks after letting go.
class DeviceHub final : public DeviceOrders {
 public:
  explicit DeviceHub(DeviceBond& bond) : bond_(bond) {}

  int64_t NextSocketId() { return ++last_socket_; }

  // A socket opened (false: we are ending; close it), said who it is, closed.
  bool Enter(const std::shared_ptr<DeviceSession>& session);
  // From here on this socket is the device's; the one before it is closed with 4000.
  void Join(const std::string& device_id, const std::shared_ptr<DeviceSession>& session);
  // `device_id`: "" if it never said. Removes the device's mapping only if it is this very socket:
  // a replaced socket's late end must not take the new one with it.
  void Exit(const std::string& device_id, DeviceSession& session);

  bool Deliver(const std::string& device_id, int64_t socket_id, const Command& command) override;
  void ApplySettings(const std::vector<std::string>& device_ids,
                     const std::string& settings_json) override;
  void CloseSocket(const std::string& device_id, int64_t socket_id, int code,
                   const std::string& reason) override;
  std::vector<OpenSocket> OpenSockets() const override;

  // Lets nobody new in, closes every socket with 1001, cuts what is left at `deadline`, and returns
  // when all are gone. Not on an io thread.
  void Drain(absl::Time deadline);

  size_t size() const;

 private:
  std::shared_ptr<DeviceSession> Find(const std::string& device_id, int64_t socket_id) const;

  DeviceBond& bond_;
  std::atomic<int64_t> last_socket_{0};
  mutable base::Mutex mutex_;
  base::CondVar emptier_;
  bool draining_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::unordered_map<DeviceSession*, std::shared_ptr<DeviceSession>> sessions_
      MARQUEE_GUARDED_BY(mutex_);
  std::unordered_map<std::string, std::shared_ptr<DeviceSession>> by_device_
      MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::gateway
