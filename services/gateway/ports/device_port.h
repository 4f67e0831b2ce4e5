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

// kUnauthenticated means for certain: the id is unknown or the secret wrong. A display that is told
// so forgets who it is, so every doubt is kUnavailable. Which of the two is rpc::ReasonOf(status):
// MISSING_CREDENTIALS, DEVICE_NOT_FOUND, INVALID_SECRET.
class DevicePort {
 public:
  virtual ~DevicePort() = default;
  virtual asio::awaitable<absl::StatusOr<Registered>> Register(RegisterRequest request) = 0;
  // kInvalidArgument: nothing to look for.
  virtual asio::awaitable<absl::StatusOr<Checked>> Check(DeviceCredentials credentials,
                                                         DeviceIdentity identity) = 0;
  virtual asio::awaitable<absl::Status> Authenticate(DeviceCredentials credentials) = 0;
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
  // Every socket that is open now, for the first word on a new registry_stream.
  virtual std::vector<OpenSocket> OpenSockets() const = 0;
};

// From the sockets to the device service. Thread-safe, never blocks. The first word after a break
// names every open socket and repeats the latest acknowledgements; logs are lost meanwhile.
class RegistryStream {
 public:
  virtual ~RegistryStream() = default;
  virtual void SocketUp(const std::string& device_id, int64_t socket_id) = 0;
  virtual void SocketDown(const std::string& device_id, int64_t socket_id) = 0;
  virtual void Acknowledge(const std::string& device_id, const std::string& command_id, bool ok,
                           const std::string& info) = 0;
  virtual void Log(const std::string& device_id, const std::vector<DeviceLogEntry>& entries) = 0;
};

}  // namespace marquee::gateway
