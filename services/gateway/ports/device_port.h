// What the gateway needs of the device service: answers for displays, and the registry_stream that
// carries commands to sockets and acknowledgements back.
#pragma once

#include <absl/status/statusor.h>

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "services/gateway/model/device.h"

namespace marquee::gateway {

namespace asio = boost::asio;

// kUnauthenticated means for certain: the device was deleted or the secret is wrong. A display that
// is told so forgets who it is, so every doubt is kUnavailable. Which of the two is
// rpc::ReasonOf(status): MISSING_CREDENTIALS, DEVICE_NOT_FOUND, INVALID_SECRET. A display that the
// store does not know is kUnavailable with reason UNKNOWN_DEVICE and metadata `store_id`.
class DevicePort {
 public:
  virtual ~DevicePort() = default;
  // kPermissionDenied: registration is closed. kResourceExhausted: too many displays wait for
  // approval.
  virtual asio::awaitable<absl::StatusOr<Registered>> Register(RegisterRequest request) = 0;
  // kInvalidArgument: nothing to look for.
  virtual asio::awaitable<absl::StatusOr<Checked>> Check(DeviceCredentials credentials,
                                                         DeviceIdentity identity,
                                                         DisplayOrigin origin) = 0;
  // The id of the device, which is another one than the presented one after a merge.
  virtual asio::awaitable<absl::StatusOr<std::string>> Authenticate(DeviceCredentials credentials,
                                                                    DisplayOrigin origin) = 0;
  virtual asio::awaitable<absl::StatusOr<HeartbeatReply>> Heartbeat(HeartbeatRequest request) = 0;
  // kNotFound: no such device.
  virtual asio::awaitable<absl::StatusOr<Device>> Get(std::string device_id) = 0;
  virtual asio::awaitable<absl::StatusOr<std::vector<Device>>> List() = 0;
  // kNotFound, kInvalidArgument.
  virtual asio::awaitable<absl::StatusOr<CommandSent>> SendCommand(SendCommandRequest request) = 0;
  // Whether the service answers now.
  virtual bool connected() const = 0;
};

// From the device service to whoever holds the sockets. Called on any thread; must not block.
class CommandSink {
 public:
  virtual ~CommandSink() = default;
  // False: that socket is not here; the registry_stream then says so upstream.
  virtual bool Deliver(const std::string& device_id, int64_t socket_id, const Command& command) = 0;
  struct OpenSocket {
    std::string device_id;
    int64_t socket_id = 0;
    int64_t sequence = 0;  // of the report that announced it, see RegistryStream
  };
  // The same command for many. Returns the sockets that are not here.
  virtual std::vector<OpenSocket> DeliverToMany(const std::vector<OpenSocket>& sockets,
                                                const Command& command) = 0;
  // `changed_json`: the top-level keys that changed, null for one that is no longer set.
  virtual void ApplySettings(const std::vector<std::string>& device_ids,
                             const std::string& changed_json) = 0;
  // Which settings are in force is about to be told from the beginning; then each change.
  virtual void SettingsBegin() = 0;
  virtual void SettingsInForce(const SettingsUpdate& update) = 0;
  // A display of another gateway wrote into its log.
  virtual void LogOfDevice(const std::string& device_id,
                           const std::vector<DeviceLogEntry>& entries) = 0;
  virtual void CloseSocket(const std::string& device_id, int64_t socket_id, int code,
                           const std::string& reason) = 0;
  // Every socket that is open now.
  struct SocketList {
    std::vector<OpenSocket> sockets;
    int64_t sequence = 0;  // the largest number given so far
  };
  virtual SocketList OpenSockets() const = 0;
};

// From the sockets to the device service. Thread-safe, never blocks. The first message after a
// break names every open socket and repeats the latest acknowledgements; logs are lost meanwhile.
//
// `sequence`: larger for each change of a device's socket, in the order in which they happened.
// Reports may be made out of order; of those on one device the one with the largest number counts.
class RegistryStream {
 public:
  virtual ~RegistryStream() = default;
  virtual void SocketUp(const std::string& device_id, int64_t socket_id, int64_t sequence) = 0;
  // `close_code`: what the display sent, 0 for none.
  virtual void SocketDown(const std::string& device_id, int64_t socket_id, int64_t sequence,
                          int close_code) = 0;
  // Number and digest (libs/base/set_digest.h) of the open sockets; the service asks for the list
  // when it knows others.
  virtual void Digest(size_t count, uint64_t digest) = 0;
  virtual void Acknowledge(const std::string& device_id, const std::string& command_id, bool ok,
                           const std::string& info) = 0;
  virtual void Log(const std::string& device_id, const std::vector<DeviceLogEntry>& entries) = 0;
};

}  // namespace marquee::gateway
