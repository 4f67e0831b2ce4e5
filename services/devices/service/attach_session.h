// What a gateway's words mean. One session a stream; the stream decides when and where it runs.
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

// WebSocket close codes and reasons of the displays' protocol.
inline constexpr int kCloseReplaced = 4000;
inline constexpr int kCloseUnauthorized = 1008;
inline constexpr int kCloseTryAgain = 1011;
inline constexpr int kGoingAway = 1001;  // sent by browsers when a page is left

// Not thread-safe: calls never overlap.
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

  AttachSession(Deps deps, std::weak_ptr<GatewayLink> link);

  // Takes what the gateway said, in order. Acknowledgements and heartbeats that follow one another
  // share a transaction. An error ends the stream: the gateway then attaches anew and says again
  // which sockets it has, so that nothing is missed.
  absl::Status Handle(const std::vector<pb::AttachRequest>& events);
  // The gateway has caught up; these displays were refused by Admit.
  absl::Status CatchUp(std::string_view device_id, bool replay);
  // The stream has ended: its sockets are down. Reads and writes memory only.
  void Gone();

 private:
  void Collect(const pb::AttachRequest::Ack& ack);
  absl::Status Hello(const pb::AttachRequest::Hello& hello);
  absl::Status SocketsUp(
      const google::protobuf::RepeatedPtrField<pb::AttachRequest::SocketUp>& sockets);
  // What the gateway has, in short: asks for the list when it is not what we have.
  void Compare(const pb::AttachRequest::SocketDigest& digest);
  absl::Status Reconcile(const pb::AttachRequest::Sockets& listed);
  // Those whose device exists; the others are closed.
  absl::StatusOr<std::vector<const pb::AttachRequest::SocketUp*>> Known(
      const google::protobuf::RepeatedPtrField<pb::AttachRequest::SocketUp>& sockets);
  absl::Status Flush();

  const Deps deps_;
  const std::weak_ptr<GatewayLink> link_;
  const uint64_t stream_;
  bool said_hello_ = false;
  std::vector<CommandAck> acks_;
  std::vector<CollectedHeartbeat> heartbeats_;
};

}  // namespace marquee::devices
