#include "services/devices/service/attach_session.h"

#include <utility>

#include "libs/base/status.h"
#include "services/devices/service/convert.h"

namespace marquee::devices {

AttachSession::AttachSession(Deps deps, std::string identity, std::weak_ptr<GatewayLink> link)
    : deps_(deps),
      identity_(std::move(identity)),
      link_(std::move(link)),
      stream_(deps.hub.NextStream()) {}

absl::Status AttachSession::Handle(const std::vector<pb::AttachRequest>& events) {
  for (const pb::AttachRequest& event : events) {
    if (event.has_hello() == hello_received_) {
      return absl::InvalidArgumentError(
          "expected hello as the first message on the stream, and only once");
    }
    if (event.has_ack()) {
      Collect(event.ack());
    } else if (event.has_device_log()) {
      deps_.hub.Forward(stream_, event.device_log());
    } else if (event.has_heartbeats()) {
      for (const auto& entry : event.heartbeats().entries()) {
        heartbeats_.push_back({.device_id = entry.device_id(),
                               .data = FromProto(entry.heartbeat()),
                               .received_at = entry.has_received_at()
                                                  ? TimeFrom(entry.received_at())
                                                  : deps_.clock.Now()});
      }
    } else {
      MARQUEE_RETURN_IF_ERROR(Flush());
      if (event.has_hello()) MARQUEE_RETURN_IF_ERROR(Hello(event.hello()));
      if (event.has_socket_up()) {
        google::protobuf::RepeatedPtrField<pb::AttachRequest::SocketUp> one;
        *one.Add() = event.socket_up();
        MARQUEE_RETURN_IF_ERROR(SocketsUp(one));
      }
      if (event.has_socket_down()) {
        const auto& down = event.socket_down();
        deps_.presence.SocketDown(down.device_id(),
                                  {.stream = stream_, .socket_id = down.socket_id()},
                                  down.sequence(), down.close_code() == kGoingAway);
      }
      if (event.has_socket_digest()) Compare(event.socket_digest());
      if (event.has_sockets()) MARQUEE_RETURN_IF_ERROR(Reconcile(event.sockets()));
    }
  }
  return Flush();
}

void AttachSession::Collect(const pb::AttachRequest::Ack& ack) {
  acks_.push_back({.device_id = ack.device_id(),
                   .command_id = ack.command_id(),
                   .ok = ack.ok(),
                   .info = ack.info()});
}

absl::Status AttachSession::Flush() {
  const std::vector<CommandAck> acks = std::exchange(acks_, {});
  const std::vector<CollectedHeartbeat> heartbeats = std::exchange(heartbeats_, {});
  if (!acks.empty()) MARQUEE_RETURN_IF_ERROR(deps_.commands.Acknowledge(acks));
  if (!heartbeats.empty()) MARQUEE_RETURN_IF_ERROR(deps_.registry.TakeHeartbeats(heartbeats));
  return absl::OkStatus();
}

absl::Status AttachSession::Hello(const pb::AttachRequest::Hello& hello) {
  if (hello.gateway_id().empty()) {
    return absl::InvalidArgumentError("hello: gateway_id is empty");
  }
  // In one step with the effective settings, so that no change is lost in between.
  absl::Status joined;
  deps_.settings.Introduce([&](const SettingsChanges& update) {
    joined = deps_.hub.Join(stream_, hello.gateway_id(), hello.epoch(), identity_, link_);
    if (const auto link = link_.lock(); joined.ok() && link) link->PushSettings(update);
  });
  MARQUEE_RETURN_IF_ERROR(joined);
  hello_received_ = true;
  // Before the sockets: commands acknowledged while the stream was broken must not be sent again.
  for (const auto& ack : hello.acks()) Collect(ack);
  MARQUEE_RETURN_IF_ERROR(Flush());
  return SocketsUp(hello.sockets());
}

absl::StatusOr<std::vector<const pb::AttachRequest::SocketUp*>> AttachSession::Known(
    const google::protobuf::RepeatedPtrField<pb::AttachRequest::SocketUp>& sockets) {
  std::vector<std::string> device_ids;
  for (const auto& socket : sockets) device_ids.push_back(socket.device_id());
  MARQUEE_ASSIGN_OR_RETURN(const auto existing, deps_.registry.Existing(device_ids));
  std::vector<const pb::AttachRequest::SocketUp*> known;
  for (int i = 0; i < sockets.size(); ++i) {
    const Registry::Existence existence = existing[static_cast<size_t>(i)];
    if (existence == Registry::Existence::kExists) {
      known.push_back(&sockets[i]);
      continue;
    }
    // The device was deleted after its hello; or this is another store than the one that knows it,
    // which is no reason for the display to delete its identity.
    const bool gone = existence == Registry::Existence::kGone;
    deps_.hub.Close({.stream = stream_, .socket_id = sockets[i].socket_id()},
                    sockets[i].device_id(), gone ? kCloseUnauthorized : kCloseTryAgain,
                    gone ? "Unauthorized" : "unknown_device");
  }
  return known;
}

absl::Status AttachSession::SocketsUp(
    const google::protobuf::RepeatedPtrField<pb::AttachRequest::SocketUp>& sockets) {
  MARQUEE_ASSIGN_OR_RETURN(const auto known, Known(sockets));
  std::vector<std::string> device_ids;
  for (const auto* announced : known) {
    device_ids.push_back(announced->device_id());
    const Socket socket{.stream = stream_, .socket_id = announced->socket_id()};
    const auto replaced =
        deps_.presence.SocketUp(announced->device_id(), socket, announced->sequence());
    // A socket replaced at the same gateway is closed by that gateway.
    if (replaced && replaced->stream != stream_) {
      deps_.hub.Close(*replaced, announced->device_id(), kCloseReplaced, "replaced");
    }
  }
  return deps_.commands.SocketsUp(device_ids);
}

void AttachSession::Compare(const pb::AttachRequest::SocketDigest& digest) {
  const bool agrees =
      digest.count() >= 0 &&
      deps_.presence.Agrees(stream_, static_cast<size_t>(digest.count()), digest.digest());
  const auto link = link_.lock();
  if (agrees || !link) return;
  pb::AttachResponse order;
  order.mutable_list_sockets();
  link->Push(std::move(order));
}

absl::Status AttachSession::Reconcile(const pb::AttachRequest::Sockets& listed) {
  MARQUEE_ASSIGN_OR_RETURN(const auto known, Known(listed.sockets()));
  std::vector<ListedSocket> sockets;
  std::vector<std::string> device_ids;
  for (const auto* socket : known) {
    sockets.push_back({.device_id = socket->device_id(),
                       .socket_id = socket->socket_id(),
                       .sequence = socket->sequence()});
    const auto present = deps_.presence.SocketOf(socket->device_id());
    if (present != Socket{.stream = stream_, .socket_id = socket->socket_id()}) {
      device_ids.push_back(socket->device_id());
    }
  }
  for (const auto& [device_id, socket] :
       deps_.presence.Reconcile(stream_, sockets, listed.sequence())) {
    deps_.hub.Close(socket, device_id, kCloseReplaced, "replaced");
  }
  return deps_.commands.SocketsUp(device_ids);
}

absl::Status AttachSession::DeliverDeferred(std::string_view device_id, bool replay) {
  return deps_.commands.Deliver(device_id, replay);
}

void AttachSession::Gone() {
  deps_.hub.Leave(stream_);
  deps_.presence.StreamGone(stream_);
}

}  // namespace marquee::devices
