#include "services/devices/commands/delivery_rules.h"

#include <string>

#include "libs/base/status.h"

namespace marquee::devices {
namespace {

void MarkSent(Command& command, absl::Time now) {
  command.state = CommandState::kSent;
  if (command.sent_at == absl::InfinitePast()) command.sent_at = now;
  ++command.deliveries;
}

}  // namespace

absl::Status MarkForSocket(StoreTransaction& store, const Recipient& to, bool replay,
                           std::vector<Command>& to_send, std::vector<ClosedCommand>& closed) {
  MARQUEE_ASSIGN_OR_RETURN(auto open, store.OpenCommands(to.device_id));
  for (size_t i = 0; i < open.size(); ++i) {
    Command& command = open[i];
    const bool sent = command.state == CommandState::kSent;
    if (command.expires_at <= to.now) {
      Close(command, CommandState::kExpired, to.now, std::string(kExpiredDetail));
    } else if (command.held || (sent && (!replay || to.answered.contains(command.id)))) {
      continue;  // held by its job, or sent: its acknowledgement or the next heartbeat closes it
    } else if (sent && IsAtMostOnce(command.type)) {
      Close(command, CommandState::kFailed, to.now,
            "the socket closed before the display answered; not sent again");
    } else if (sent && IsOvertaken(open, i)) {
      Close(command, CommandState::kCancelled, to.now, "replaced by a newer command");
    } else {
      MarkSent(command, to.now);
      to_send.push_back(command);
    }
    MARQUEE_RETURN_IF_ERROR(store.UpdateCommand(command));
    if (IsFinal(command.state)) closed.push_back({command.id, command.state});
  }
  return absl::OkStatus();
}

absl::Status MarkForHeartbeat(StoreTransaction& store, const Recipient& to, bool live,
                              std::vector<Command>& handed_out,
                              std::vector<ClosedCommand>& closed) {
  MARQUEE_ASSIGN_OR_RETURN(auto open, store.OpenCommands(to.device_id));
  for (size_t i = 0; i < open.size(); ++i) {
    Command& command = open[i];
    const bool once = IsAtMostOnce(command.type);
    if (command.expires_at <= to.now) {
      Close(command, CommandState::kExpired, to.now, std::string(kExpiredDetail));
    } else if (to.answered.contains(command.id)) {
      Close(command, CommandState::kAcked, to.now, "delivered by heartbeat");
    } else if (live || command.held) {
      continue;  // delivered over the socket, or held by its job
    } else if (command.state == CommandState::kSent && IsOvertaken(open, i)) {
      Close(command, CommandState::kCancelled, to.now, "replaced by a newer command");
    } else if (once && command.deliveries > 0) {
      Close(command, CommandState::kFailed, to.now,
            "the socket closed before the display answered; not sent again");
    } else if (command.heartbeat_handouts >= kMaxHeartbeatHandouts) {
      Close(command, CommandState::kFailed, to.now,
            "delivered three times by heartbeat without a further heartbeat");
    } else {
      MarkSent(command, to.now);
      ++command.heartbeat_handouts;
      if (once) Close(command, CommandState::kAcked, to.now, "delivered by heartbeat");
      handed_out.push_back(command);
    }
    MARQUEE_RETURN_IF_ERROR(store.UpdateCommand(command));
    if (IsFinal(command.state)) closed.push_back({command.id, command.state});
  }
  return absl::OkStatus();
}

}  // namespace marquee::devices
