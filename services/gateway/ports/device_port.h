// Ports to the devices service: calls of displays, and the attach stream that delivers commands to
// sockets and returns acknowledgements.
#pragma once

#include <absl/status/statusor.h>

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "services/gateway/model/device.h"

namespace marquee::gateway {

namespace asio = boost::asio;

// kUnauthenticated is definite: the device was deleted or the secret is wrong. A display that
// receives it deletes its identity, so every uncertainty must be kUnavailable.
// rpc::ReasonOf(status) tells the cases apart: MISSING_CREDENTIALS, DEVICE_NOT_FOUND,
// INVALID_SECRET. A display that is unknown to the store gets kUnavailable with reason
// UNKNOWN_DEVICE and metadata `store_id`.
class DevicePort {
 public:
  virtual ~DevicePort() = default;
  // kPermissionDenied: registration is closed. kResourceExhausted: too many displays wait for
  // approval.
  virtual asio::awaitable<absl::StatusOr<Registered>> Register(RegisterRequest request) = 0;
  // kInvalidArgument: no identifier was given.
  virtual asio::awaitable<absl::StatusOr<Checked>> Check(DeviceCredentials credentials,
                                                         DeviceIdentity identity,
                                                         DisplayOrigin origin) = 0;
  // The id of the device, which differs from the presented one after a merge.
  virtual asio::awaitable<absl::StatusOr<std::string>> Authenticate(DeviceCredentials credentials,
                                                                    DisplayOrigin origin) = 0;
  virtual asio::awaitable<absl::StatusOr<HeartbeatReply>> Heartbeat(HeartbeatRequest request) = 0;
  // kNotFound: no such device.
  virtual asio::awaitable<absl::StatusOr<Device>> Get(std::string device_id) = 0;
  virtual asio::awaitable<absl::StatusOr<std::vector<Device>>> List() = 0;
  // kNotFound, kInvalidArgument.
  virtual asio::awaitable<absl::StatusOr<CommandSent>> SendCommand(SendCommandRequest request) = 0;
  // Whether the last call reached the service.
  virtual bool connected() const = 0;
};

// From the devices service to the open sockets. Called on any thread; must not block.
class CommandSink {
 public:
  virtual ~CommandSink() = default;
  // False: that socket is not open here; the attach stream then reports it to the service.
  virtual bool Deliver(const std::string& device_id, int64_t socket_id, const Command& command) = 0;
  struct OpenSocket {
    std::string device_id;
    int64_t socket_id = 0;
    int64_t sequence = 0;  // of the report that announced it, see RegistryStream
  };
  // Sends one command to many sockets. Returns those that are not open here.
  virtual std::vector<OpenSocket> DeliverToMany(const std::vector<OpenSocket>& sockets,
                                                const Command& command) = 0;
  // `changed_json`: the changed top-level keys, null for one that is no longer set.
  virtual void ApplySettings(const std::vector<std::string>& device_ids,
                             const std::string& changed_json) = 0;
  // The service will now send all effective settings again, and then each change.
  virtual void SettingsBegin() = 0;
  virtual void SettingsInForce(const SettingsUpdate& update) = 0;
  // A display of another gateway sent log entries.
  virtual void LogOfDevice(const std::string& device_id,
                           const std::vector<DeviceLogEntry>& entries) = 0;
  virtual void CloseSocket(const std::string& device_id, int64_t socket_id, int code,
                           const std::string& reason) = 0;
  // All open sockets.
  struct SocketList {
    std::vector<OpenSocket> sockets;
    int64_t sequence = 0;  // the largest sequence number so far
  };
  virtual SocketList OpenSockets() const = 0;
};

// From the sockets to the devices service. Thread-safe, never blocks. The first message after a
// reconnect lists every open socket and repeats the latest acknowledgements; logs are lost
// meanwhile.
//
// `sequence` increases with each change of a device's socket, in the order of the changes. Reports
// may arrive out of order; for one device the one with the largest number is valid.
class RegistryStream {
 public:
  virtual ~RegistryStream() = default;
  virtual void SocketUp(const std::string& device_id, int64_t socket_id, int64_t sequence) = 0;
  // `close_code`: sent by the display, 0 for none.
  virtual void SocketDown(const std::string& device_id, int64_t socket_id, int64_t sequence,
                          int close_code) = 0;
  // Number and digest (libs/base/set_digest.h) of the open sockets; the service requests the list
  // if they differ from its own.
  virtual void Digest(size_t count, uint64_t digest) = 0;
  virtual void Acknowledge(const std::string& device_id, const std::string& command_id, bool ok,
                           const std::string& info) = 0;
  virtual void Log(const std::string& device_id, const std::vector<DeviceLogEntry>& entries) = 0;
};

}  // namespace marquee::gateway
