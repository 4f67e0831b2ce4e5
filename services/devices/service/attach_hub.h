// Attached gateways: sends commands, settings and logs to them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/base/mutex.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"
#include "marquee/devices/v1/device_service.pb.h"
#include "services/devices/commands/command_sender.h"
#include "services/devices/settings/effective_settings_cache.h"

namespace marquee::devices {

namespace pb = ::marquee::devices::v1;

// The sending half of an Attach stream. Thread-safe; nothing blocks.
class GatewayLink {
 public:
  virtual ~GatewayLink() = default;
  // Queues `order`. If the queue is full even beyond Admit's limit, the stream ends.
  virtual void Push(pb::AttachResponse order) = 0;
  // Queues `order` unless too many messages wait; for messages that may be lost. False: it was
  // dropped.
  virtual bool PushIfIdle(pb::AttachResponse order) = 0;
  // Queues changed effective settings. Called for every change after the initial state.
  virtual void PushSettings(const SettingsChanges& update) = 0;
  // See CommandSender::Admit.
  virtual bool Admit(std::string_view device_id, bool replay) = 0;
  // Ends the stream; the gateway opens a new one and reports its sockets again.
  virtual void End(const absl::Status& status) = 0;
};

// Thread-safe. Calls to links are made without its lock.
class AttachHub final : public CommandSender {
 public:
  // A gateway takes a new id at each start: enough for some hundred restarts of ten gateways.
  static constexpr size_t kMaxOwners = 4096;

  // marquee_attached_gateways, marquee_device_logs_dropped_total
  AttachHub(obs::Logger& logger, obs::Metrics& metrics);

  // A unique number for a new stream.
  uint64_t NextStream();
  // Registers a stream after its hello. Ends an earlier stream of the same gateway. `identity`: the
  // DNS names in the caller's certificate, sorted and separated by commas; empty without mutual
  // TLS. A gateway id belongs to the identity that used it first, also after its stream has ended
  // (kMaxOwners ids are remembered). kAborted: a later instance of this gateway is attached.
  // kPermissionDenied: the id belongs to another identity. kUnavailable: EndAll was called.
  absl::Status Join(uint64_t stream, const std::string& gateway_id, int64_t epoch,
                    const std::string& identity, std::weak_ptr<GatewayLink> link);
  void Leave(uint64_t stream);
  // Ends all streams and rejects new ones.
  void EndAll(const absl::Status& status);

  bool Admit(const Socket& socket, std::string_view device_id, bool replay) override;
  void Send(const Socket& socket, const Command& command) override;
  void SendToMany(const std::vector<std::pair<std::string, Socket>>& receivers,
                  const Command& command) override;
  // Sends changed settings to the gateways of these sockets.
  void ApplySettings(const std::vector<std::pair<std::string, Socket>>& receivers,
                     const google::protobuf::Struct& changed);
  // Sends changed effective settings to all gateways.
  void PushSettings(const SettingsChanges& update);
  // Sends a display's log to every gateway except the one that it came from.
  void Forward(uint64_t from_stream, const pb::DeviceLog& log);
  // Requests the gateway to close a display's socket with this WebSocket code.
  void Close(const Socket& socket, std::string_view device_id, int code, std::string_view reason);

 private:
  struct Gateway {
    std::string id;
    int64_t epoch;
    std::weak_ptr<GatewayLink> link;
  };

  // Whose gateway id it is.
  struct Owner {
    std::string identity;
    uint64_t stream;  // that used it last; greater numbers are later
  };

  // kPermissionDenied, as in Join.
  absl::Status Claim(uint64_t stream, const std::string& gateway_id, const std::string& identity)
      MARQUEE_REQUIRES(mutex_);
  std::shared_ptr<GatewayLink> LinkOf(uint64_t stream) const;
  std::vector<std::pair<uint64_t, std::shared_ptr<GatewayLink>>> Links() const;

  obs::Logger& logger_;
  const obs::Gauge attached_;
  const obs::Counter dropped_logs_;
  mutable base::Mutex mutex_;
  uint64_t last_stream_ MARQUEE_GUARDED_BY(mutex_) = 0;
  bool ended_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::map<uint64_t, Gateway> gateways_ MARQUEE_GUARDED_BY(mutex_);  // by stream
  std::map<std::string, Owner> owners_ MARQUEE_GUARDED_BY(mutex_);   // by gateway id
};

}  // namespace marquee::devices
