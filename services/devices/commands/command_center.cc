#include "services/devices/commands/command_center.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "services/devices/commands/delivery_rules.h"
#include "services/devices/commands/queue_command.h"
#include "services/devices/model/ids.h"

namespace marquee::devices {
namespace {

constexpr absl::Duration kDeliverMissedEvery = absl::Seconds(5);
constexpr absl::Duration kExpireEvery = absl::Seconds(30);
// A connected display sends a heartbeat every 20 s. A display that was silent for this long may not
// have received the last response.
constexpr absl::Duration kHandOutsKept = absl::Minutes(10);
constexpr size_t kMaxInfoBytes = 1024;

obs::Counter CounterFor(obs::Metrics& metrics, CommandState state) {
  return metrics.counter("marquee_commands_total", "Commands by the state that they entered.",
                         {{"state", std::string(NameOf(state))}});
}

}  // namespace

CommandCenter::CommandCenter(Deps deps)
    : store_(deps.store),
      presence_(deps.presence),
      bus_(deps.bus),
      sender_(deps.sender),
      clock_(deps.clock),
      logger_(deps.logger),
      counters_{CounterFor(deps.metrics, CommandState::kQueued),
                CounterFor(deps.metrics, CommandState::kSent),
                CounterFor(deps.metrics, CommandState::kAcked),
                CounterFor(deps.metrics, CommandState::kFailed),
                CounterFor(deps.metrics, CommandState::kExpired),
                CounterFor(deps.metrics, CommandState::kCancelled)},
      delivery_times_(deps.clock, deps.metrics),
      next_delivery_(deps.clock.Monotonic() + kDeliverMissedEvery),
      next_expiry_(deps.clock.Monotonic()) {
  const obs::Gauge depth =
      deps.metrics.gauge("marquee_command_queue_depth", "Commands that are queued or sent.");
  on_scrape_ = deps.metrics.OnScrape([this, depth] {
    // If the store cannot be read, the last value is kept; store errors have a metric of their own.
    store_
        .Read([&](StoreView& store) -> absl::Status {
          MARQUEE_ASSIGN_OR_RETURN(const int64_t open, store.CountOpenCommands());
          depth.Set(static_cast<double>(open));
          return absl::OkStatus();
        })
        .IgnoreError();
  });
  on_queued_ = bus_.Subscribe(BusTopic::kCommandQueued, [this](std::string_view device_id) {
    // A failed delivery is retried by DeliverMissed.
    Deliver(device_id, false).IgnoreError();
  });
  on_changed_ = bus_.Subscribe(BusTopic::kCommandChanged,
                               [this](std::string_view command_id) { Resolve(command_id); });
}

absl::StatusOr<Command> CommandCenter::Find(std::string_view command_id) {
  std::optional<Command> found;
  MARQUEE_RETURN_IF_ERROR(store_.Read([&](StoreView& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(found, store.FindCommand(command_id));
    return absl::OkStatus();
  }));
  if (!found) return absl::NotFoundError(fmt::format("no command has the id {}", command_id));
  return std::move(*found);
}

void CommandCenter::Send(const SendRequest& request, const Done& done) {
  if (const absl::Status valid = CheckCommand(request.type, request.payload); !valid.ok()) {
    return done(valid);
  }
  if (request.wait > absl::ZeroDuration() && waits_.full()) {
    return done(
        absl::ResourceExhaustedError("too many callers are waiting for displays; try again later"));
  }
  Command accepted;
  std::vector<ClosedCommand> closed;
  bool repeated = false;
  const absl::Status written = store_.Write([&](StoreTransaction& store) -> absl::Status {
    closed.clear();
    MARQUEE_ASSIGN_OR_RETURN(const auto device, store.FindDevice(request.device_id));
    if (!device) {
      return absl::NotFoundError(fmt::format("no device has the id {}", request.device_id));
    }
    if (!request.request_id.empty()) {
      MARQUEE_ASSIGN_OR_RETURN(auto first,
                               store.CommandWithRequestId(request.device_id, request.request_id));
      repeated = first.has_value();
      if (repeated) {
        accepted = std::move(*first);
        return absl::OkStatus();
      }
    }
    const absl::Time now = clock_.Now();
    accepted = Command();
    accepted.id = NewUuid();
    accepted.device_id = request.device_id;
    accepted.type = CanonicalType(request.type);
    accepted.payload = request.payload;
    accepted.created_at = now;
    accepted.expires_at = now + TimeToLive(accepted.type);
    accepted.request_id = request.request_id;
    return QueueCommand(store, accepted, closed);
  });
  if (!written.ok()) return done(written);
  if (!repeated) CounterOf(CommandState::kQueued).Add();
  Announce(closed);

  const bool live = presence_.SocketOf(request.device_id).has_value();
  if (live && !repeated) delivery_times_.Accepted(accepted.id);
  const auto answer = [this, id = accepted.id, live, done] {
    absl::StatusOr<Command> now = Find(id);
    if (!now.ok()) return done(now.status());
    done(SendResult{.command = std::move(*now), .live = live});
  };
  // Registered before the command is sent, so that no acknowledgement is missed.
  const absl::Duration wait = std::min(request.wait, kLongestWait);
  const bool waits = live && wait > absl::ZeroDuration() &&
                     waits_.Add(accepted.id, clock_.Monotonic() + wait, answer);
  bus_.Publish(BusTopic::kCommandQueued, request.device_id);
  if (!waits) return answer();
  if (repeated) Resolve(accepted.id);  // the display may have answered already
}

absl::Status CommandCenter::Deliver(std::string_view device_id, bool replay) {
  const std::optional<Socket> target = presence_.SocketOf(device_id);
  if (!target || !sender_.Admit(*target, device_id, replay)) return absl::OkStatus();
  std::vector<Command> to_send;
  std::vector<ClosedCommand> closed;
  {
    const base::MutexLock in_order(StripeOf(device_id));
    MARQUEE_RETURN_IF_ERROR(store_.Write([&](StoreTransaction& store) -> absl::Status {
      to_send.clear();
      closed.clear();
      return MarkForSocket(store, RecipientOf(device_id), replay, to_send, closed);
    }));
    // Checked again: a socket opened in the meantime is either this one, or its own replay waits
    // for the stripe's lock and finds these commands sent.
    const std::optional<Socket> socket = presence_.SocketOf(device_id);
    for (const Command& command : to_send) {
      if (socket) sender_.Send(*socket, command);
    }
  }
  CounterOf(CommandState::kSent).Add(static_cast<double>(to_send.size()));
  Announce(closed);
  return absl::OkStatus();
}

absl::Status CommandCenter::DeliverJob(const std::string& job_id,
                                       const std::vector<std::string>& device_ids) {
  std::vector<std::string> reachable;
  for (const std::string& device_id : device_ids) {
    const std::optional<Socket> target = presence_.SocketOf(device_id);
    if (target && sender_.Admit(*target, device_id, false)) reachable.push_back(device_id);
  }
  if (reachable.empty()) return absl::OkStatus();
  std::vector<Command> to_send;
  std::vector<ClosedCommand> closed;
  std::set<size_t> stripes;
  for (const std::string& device_id : reachable) stripes.insert(StripeIndexOf(device_id));
  // Locked in ascending order, so that two calls cannot deadlock.
  std::vector<std::unique_ptr<base::MutexLock>> in_order;
  for (const size_t stripe : stripes) {
    in_order.push_back(std::make_unique<base::MutexLock>(delivering_[stripe]));
  }
  MARQUEE_RETURN_IF_ERROR(store_.Write([&](StoreTransaction& store) -> absl::Status {
    to_send.clear();
    closed.clear();
    for (const std::string& device_id : reachable) {
      MARQUEE_RETURN_IF_ERROR(MarkForSocket(store, RecipientOf(device_id), false, to_send, closed));
    }
    return absl::OkStatus();
  }));
  // Commands queued before the job are sent one by one, and before it; those of the job in one
  // frame.
  std::vector<std::pair<std::string, Socket>> receivers;
  const Command* of_the_job = nullptr;
  for (const Command& command : to_send) {
    const std::optional<Socket> socket = presence_.SocketOf(command.device_id);
    if (!socket) continue;
    if (command.job_id == job_id) {
      delivery_times_.Accepted(command.id);
      of_the_job = &command;
      receivers.emplace_back(command.device_id, *socket);
    } else {
      sender_.Send(*socket, command);
    }
  }
  if (of_the_job != nullptr) sender_.SendToMany(receivers, *of_the_job);
  CounterOf(CommandState::kSent).Add(static_cast<double>(to_send.size()));
  Announce(closed);
  return absl::OkStatus();
}

absl::Status CommandCenter::SocketsUp(const std::vector<std::string>& device_ids) {
  std::vector<std::string> with_commands;
  MARQUEE_RETURN_IF_ERROR(store_.Read([&](StoreView& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(with_commands, store.DevicesWithOpenCommands());
    return absl::OkStatus();
  }));
  std::ranges::sort(with_commands);
  for (const std::string& device_id : device_ids) {
    if (!std::ranges::binary_search(with_commands, device_id)) continue;
    MARQUEE_RETURN_IF_ERROR(Deliver(device_id, true));
  }
  return absl::OkStatus();
}

absl::Status CommandCenter::Acknowledge(const std::vector<CommandAck>& acks) {
  std::vector<ClosedCommand> closed;
  MARQUEE_RETURN_IF_ERROR(store_.Write([&](StoreTransaction& store) -> absl::Status {
    closed.clear();
    for (const CommandAck& ack : acks) {
      MARQUEE_ASSIGN_OR_RETURN(auto command, store.FindCommand(ack.command_id));
      if (!command) {
        MARQUEE_ASSIGN_OR_RETURN(command, store.CommandOfJob(ack.command_id, ack.device_id));
      }
      if (!command || command->device_id != ack.device_id || IsFinal(command->state)) continue;
      Close(*command, ack.ok ? CommandState::kAcked : CommandState::kFailed, clock_.Now(),
            ack.info.substr(0, kMaxInfoBytes));
      MARQUEE_RETURN_IF_ERROR(store.UpdateCommand(*command));
      closed.push_back({command->id, command->state});
    }
    return absl::OkStatus();
  }));
  // Before Announce(), which takes a failure for a lost command: these displays answered.
  for (const ClosedCommand& command : closed) delivery_times_.Acknowledged(command.id);
  Announce(closed);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Command>> CommandCenter::HandOut(std::string_view device_id) {
  std::vector<Command> open;
  MARQUEE_RETURN_IF_ERROR(store_.Read([&](StoreView& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(open, store.OpenCommands(device_id));
    return absl::OkStatus();
  }));
  if (open.empty()) return std::vector<Command>();

  std::vector<Command> handed_out;
  std::vector<ClosedCommand> closed;
  {
    const base::MutexLock in_order(StripeOf(device_id));
    MARQUEE_RETURN_IF_ERROR(HandOutInOrder(device_id, handed_out, closed));
  }
  CounterOf(CommandState::kSent).Add(static_cast<double>(handed_out.size()));
  Announce(closed);
  return handed_out;
}

Recipient CommandCenter::RecipientOf(std::string_view device_id) {
  return {.device_id = std::string(device_id),
          .answered = hand_outs_.Of(device_id),
          .now = clock_.Now()};
}

size_t CommandCenter::StripeIndexOf(std::string_view device_id) const {
  return base::StringHash()(device_id) % delivering_.size();
}

base::Mutex& CommandCenter::StripeOf(std::string_view device_id) {
  return delivering_[StripeIndexOf(device_id)];
}

absl::Status CommandCenter::HandOutInOrder(std::string_view device_id,
                                           std::vector<Command>& handed_out,
                                           std::vector<ClosedCommand>& closed) {
  const bool live = presence_.SocketOf(device_id).has_value();
  MARQUEE_RETURN_IF_ERROR(store_.Write([&](StoreTransaction& store) -> absl::Status {
    handed_out.clear();
    closed.clear();
    return MarkForHeartbeat(store, RecipientOf(device_id), live, handed_out, closed);
  }));

  HandOuts::Ids ids;
  for (const Command& command : handed_out) {
    if (!IsFinal(command.state)) ids.insert(command.id);
  }
  hand_outs_.Set(device_id, std::move(ids), clock_.Monotonic());
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Command>> CommandCenter::History(std::string_view device_id) {
  std::vector<Command> history;
  MARQUEE_RETURN_IF_ERROR(store_.Read([&](StoreView& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(const auto device, store.FindDevice(device_id));
    if (!device) return absl::NotFoundError(fmt::format("no device has the id {}", device_id));
    MARQUEE_ASSIGN_OR_RETURN(
        history, store.CommandHistory(device_id, kMaxClosedCommands + kMaxOpenCommands));
    return absl::OkStatus();
  }));
  return history;
}

absl::StatusOr<Command> CommandCenter::Cancel(std::string_view command_id) {
  Command cancelled;
  MARQUEE_RETURN_IF_ERROR(store_.Write([&](StoreTransaction& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(auto command, store.FindCommand(command_id));
    if (!command) return absl::NotFoundError(fmt::format("no command has the id {}", command_id));
    if (command->state != CommandState::kQueued) {
      return absl::FailedPreconditionError(
          fmt::format("command {} is {}; only a queued command can be cancelled", command_id,
                      NameOf(command->state)));
    }
    Close(*command, CommandState::kCancelled, clock_.Now(), "cancelled");
    MARQUEE_RETURN_IF_ERROR(store.UpdateCommand(*command));
    cancelled = std::move(*command);
    return absl::OkStatus();
  }));
  Announce({{cancelled.id, cancelled.state}});
  return cancelled;
}

void CommandCenter::Announce(const std::vector<ClosedCommand>& closed) {
  for (const ClosedCommand& command : closed) {
    CounterOf(command.state).Add();
    if (command.state == CommandState::kCancelled) {
      delivery_times_.Cancelled(command.id);
    } else if (command.state == CommandState::kAcked) {
      delivery_times_.Acknowledged(command.id);
    } else {
      delivery_times_.Lost(command.id);
    }
    bus_.Publish(BusTopic::kCommandChanged, command.id);
  }
}

void CommandCenter::Resolve(std::string_view command_id) {
  if (!waits_.Has(command_id)) return;
  const absl::StatusOr<Command> command = Find(command_id);
  // On an error the wait continues until its deadline.
  if (!command.ok() || !IsFinal(command->state)) return;
  for (const AckWaits::Callback& answer : waits_.Take(command_id)) answer();
}

absl::Status CommandCenter::DeliverMissed() {
  std::vector<std::string> queued;
  MARQUEE_RETURN_IF_ERROR(store_.Read([&](StoreView& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(queued, store.DevicesWithQueuedCommands());
    return absl::OkStatus();
  }));
  for (const std::string& device_id : queued) {
    MARQUEE_RETURN_IF_ERROR(Deliver(device_id, false));
  }
  return absl::OkStatus();
}

absl::Status CommandCenter::CloseExpired() {
  int64_t expired = 0;
  MARQUEE_RETURN_IF_ERROR(store_.Write([&](StoreTransaction& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(expired, store.ExpireCommands(clock_.Now()));
    return absl::OkStatus();
  }));
  CounterOf(CommandState::kExpired).Add(static_cast<double>(expired));
  return absl::OkStatus();
}

void CommandCenter::Report(const absl::Status& status) {
  if (status.ok() != failing_) return;
  failing_ = !status.ok();
  if (failing_) {
    logger_.Error("command queues cannot be processed", {{"error", base::MessageOf(status)}});
  } else {
    logger_.Info("command queues are processed again");
  }
}

void CommandCenter::Tick() {
  const absl::Duration now = clock_.Monotonic();
  for (const AckWaits::Callback& answer : waits_.TakeDue(now)) answer();
  delivery_times_.Tick();
  if (now >= next_delivery_) {
    next_delivery_ = now + kDeliverMissedEvery;
    Report(DeliverMissed());
  }
  if (now >= next_expiry_) {
    next_expiry_ = now + kExpireEvery;
    hand_outs_.RemoveBefore(now - kHandOutsKept);
    Report(CloseExpired());
  }
}

void CommandCenter::EndWaits() {
  for (const AckWaits::Callback& answer : waits_.TakeAll()) answer();
}

}  // namespace marquee::devices
