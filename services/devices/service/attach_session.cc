#include "services/devices/service/attach_session.h"

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "services/devices/service/convert.h"

namespace marquee::devices {

AttachSession::AttachSession(Deps deps, std::weak_ptr<GatewayLink> link)
    : deps_(deps), link_(std::move(link)), stream_(deps.hub.NextStream()) {}

absl::Status AttachSession::Handle(const std::vector<pb::AttachRequest>& events) {
  for (const pb::AttachRequest& event : events) {
    if (event.has_hello() == said_hello_) {
      return absl::InvalidArgumentError("hello comes first on the stream, and once");
    }
    if (event.has_ack()) {
      Collect(event.ack());
    } else if (event.has_device_log()) {
      deps_.hub.PassOn(stream_, event.device_log());
    } else if (event.has_heartbeats()) {
      for (const auto& entry : event.heartbeats().entries()) {
        heartbeats_.push_back({.device_id = entry.device_id(),
                               .news = FromProto(entry.heartbeat()),
                               .received_at = entry.has_received_at()
                                                  ? TimeFrom(entry.received_at())
                                                  : deps_.clock.Now()});
      }
    } else {
      MARQUEE_RETURN_IF_ERROR(Flush());
      if (event.has_hello()) MARQUEE_RETURN_IF_ERROR(Hello(event.hello()));
      if (event.has_socket_up()) MARQUEE_RETURN_IF_ERROR(SocketsUp({event.socket_up()}));
      if (event.has_socket_down()) {
        deps_.presence.SocketDown(
            event.socket_down().device_id(),
            {.stream = stream_, .socket_id = event.socket_down().socket_id()});
      }
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
  // In one step with what is in force, so that no change falls between the two.
  absl::Status joined;
  deps_.settings.Introduce([&](const SettingsNews& news) {
    joined = deps_.hub.Join(stream_, hello.gateway_id(), hello.epoch(), link_);
    if (const auto link = link_.lock(); joined.ok() && link) link->PushSettings(news);
  });
  MARQUEE_RETURN_IF_ERROR(joined);
  said_hello_ = true;
  // Before the sockets: what was answered while the stream was broken must not go out again.
  for (const auto& ack : hello.acks()) Collect(ack);
  MARQUEE_RETURN_IF_ERROR(Flush());
  return SocketsUp({hello.sockets().begin(), hello.sockets().end()});
}

absl::Status AttachSession::SocketsUp(const std::vector<pb::AttachRequest::SocketUp>& sockets) {
  std::vector<std::string> device_ids;
  for (const auto& socket : sockets) device_ids.push_back(socket.device_id());
  MARQUEE_ASSIGN_OR_RETURN(const std::vector<std::string> existing,
                           deps_.registry.Existing(device_ids));
  auto next_existing = existing.begin();  // in the order of device_ids
  for (const auto& announced : sockets) {
    const Socket socket{.stream = stream_, .socket_id = announced.socket_id()};
    if (next_existing == existing.end() || *next_existing != announced.device_id()) {
      // Deleted between its hello and now.
      deps_.hub.Close(socket, announced.device_id(), kCloseUnauthorized, "Unauthorized");
      continue;
    }
    ++next_existing;
    const auto replaced = deps_.presence.SocketUp(announced.device_id(), socket);
    if (replaced && replaced != socket) {
      deps_.hub.Close(*replaced, announced.device_id(), kCloseReplaced, "replaced");
    }
  }
  return deps_.commands.SocketsUp(existing);
}

absl::Status AttachSession::CatchUp(std::string_view device_id, bool replay) {
  return deps_.commands.Deliver(device_id, replay);
}

void AttachSession::Gone() {
  deps_.hub.Leave(stream_);
  deps_.presence.StreamGone(stream_);
}

}  // namespace marquee::devices
