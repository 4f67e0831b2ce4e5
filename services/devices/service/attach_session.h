// Processes the messages of a gateway. One session per stream; the stream decides when and on which
// thread it runs.
#pragma once

#include <absl/status/status.h>

#include <memory>
#include <string>
#include <vector>

#include "libs/base/clock.h"
#include "marquee/devices/v1/device_service.pb.h"
#include "services/devices/commands/command_center.h"
#include "services/devices/presence/presence_tracker.h"
#include "services/devices/registry/registry.h"
#include "services/devices/service/attach_hub.h"

namespace marquee::devices {

// WebSocket close codes of the display protocol (docs/display-protocol.md).
inline constexpr int kCloseReplaced = 4000;
inline constexpr int kCloseUnauthorized = 1008;
inline constexpr int kCloseTryAgain = 1011;
inline constexpr int kGoingAway = 1001;  // sent by browsers when a page is left

// Not thread-safe: calls must not overlap.
class AttachSession {
 public:
  struct Deps {
    Registry& registry;
    CommandCenter& commands;
    PresenceTracker& presence;
    AttachHub& hub;
    const EffectiveSettingsCache& settings;
    const base::Clock& clock;
  };

  // `identity`: see AttachHub::Join.
  AttachSession(Deps deps, std::string identity, std::weak_ptr<GatewayLink> link);

  // Processes messages in order. Consecutive acknowledgements and heartbeats share a transaction.
  // An error ends the stream: the gateway then opens a new one and reports its sockets again, so
  // that nothing is lost.
  absl::Status Handle(const std::vector<pb::AttachRequest>& events);
  // The gateway has caught up: delivers the commands of a display that Admit rejected.
  absl::Status DeliverDeferred(std::string_view device_id, bool replay);
  // The stream has ended: marks its sockets as closed. Accesses memory only.
  void Gone();

 private:
  void Collect(const pb::AttachRequest::Ack& ack);
  absl::Status Hello(const pb::AttachRequest::Hello& hello);
  absl::Status SocketsUp(
      const google::protobuf::RepeatedPtrField<pb::AttachRequest::SocketUp>& sockets);
  // Compares the gateway's digest with the known sockets; requests the list if they differ.
  void Compare(const pb::AttachRequest::SocketDigest& digest);
  absl::Status Reconcile(const pb::AttachRequest::Sockets& listed);
  // Returns the sockets whose device exists, and closes the others.
  absl::StatusOr<std::vector<const pb::AttachRequest::SocketUp*>> Known(
      const google::protobuf::RepeatedPtrField<pb::AttachRequest::SocketUp>& sockets);
  absl::Status Flush();

  const Deps deps_;
  const std::string identity_;
  const std::weak_ptr<GatewayLink> link_;
  const uint64_t stream_;
  bool hello_received_ = false;
  std::vector<CommandAck> acks_;
  std::vector<CollectedHeartbeat> heartbeats_;
};

}  // namespace marquee::devices
