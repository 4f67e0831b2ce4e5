// Accepts and delivers commands. An accepted command is stored durably and reaches its display at
// least once unless it expires first (core.mgmt.*: at most once): over the socket if there is one,
// else in the response to a heartbeat.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"
#include "services/devices/bus/bus.h"
#include "services/devices/commands/ack_waits.h"
#include "services/devices/commands/command_sender.h"
#include "services/devices/commands/delivery_rules.h"
#include "services/devices/commands/delivery_times.h"
#include "services/devices/commands/hand_outs.h"
#include "services/devices/commands/queue_command.h"
#include "services/devices/model/command.h"
#include "services/devices/presence/presence_tracker.h"
#include "services/devices/store/device_store.h"

namespace marquee::devices {

struct SendRequest {
  std::string device_id;
  std::string type;
  std::string payload = "{}";                  // JSON object
  absl::Duration wait = absl::ZeroDuration();  // for the acknowledgement of a display with a socket
  std::string request_id = {};  // a repeated id finds the first command; may be empty
};

struct SendResult {
  Command command;    // current state: QUEUED, SENT (not acknowledged), or closed
  bool live = false;  // the display had an open socket
};

struct CommandAck {
  std::string device_id;
  std::string command_id;
  bool ok = false;
  std::string info;
};

inline constexpr absl::Duration kLongestWait = absl::Seconds(30);

// Thread-safe; calls block on the store.
class CommandCenter {
 public:
  struct Deps {
    DeviceStore& store;
    PresenceTracker& presence;
    Bus& bus;
    CommandSender& sender;
    const base::Clock& clock;
    obs::Logger& logger;
    // marquee_commands_total{state}, marquee_command_queue_depth, and those of DeliveryTimes
    obs::Metrics& metrics;
  };
  using Done = std::function<void(absl::StatusOr<SendResult>)>;

  explicit CommandCenter(Deps deps);

  // Accepts a command and calls `done` exactly once: immediately, or, if `wait` is set and the
  // display has a socket, after its acknowledgement or after `wait` (at most kLongestWait), on
  // another thread. kNotFound: no such device. kInvalidArgument: no type, or a field is too long.
  // kResourceExhausted: too many callers are waiting.
  void Send(const SendRequest& request, const Done& done);

  // These displays have a (new) socket: sends their unacknowledged commands.
  absl::Status SocketsUp(const std::vector<std::string>& device_ids);

  // Sends the queued commands of this display, if it has a socket whose gateway keeps up; with
  // `replay` also those sent and not acknowledged.
  absl::Status Deliver(std::string_view device_id, bool replay);

  // Acknowledgements of displays. Those for an unknown or closed command, or for another display's,
  // are ignored.
  absl::Status Acknowledge(const std::vector<CommandAck>& acks);

  // Returns the commands for the response to a heartbeat of this display and closes those of the
  // previous response. Empty while the display has a socket. Only reads the store if the queue is
  // empty.
  absl::StatusOr<std::vector<Command>> HandOut(std::string_view device_id);

  // Newest first, at most kMaxClosedCommands + kMaxOpenCommands. kNotFound: no such device.
  absl::StatusOr<std::vector<Command>> History(std::string_view device_id);
  // kNotFound: no such command. kFailedPrecondition: it was sent, or is closed.
  absl::StatusOr<Command> Cancel(std::string_view command_id);

  // Called several times per second: ends waits at their deadline; every 5 s delivers commands
  // whose notification was lost; every 30 s closes expired commands.
  void Tick();
  // Ends all waits with the current state of the command.
  void EndWaits();

  // Sends the queued commands of these displays as Deliver does; those of the job go out in one
  // frame.
  absl::Status DeliverJob(const std::string& job_id, const std::vector<std::string>& device_ids);
  // Counts closed commands and notifies their waiting callers.
  void Announce(const std::vector<ClosedCommand>& closed);

 private:
  absl::Status HandOutInOrder(std::string_view device_id, std::vector<Command>& handed_out,
                              std::vector<ClosedCommand>& closed);
  // The display as delivery_rules.h needs it, at the current time.
  Recipient RecipientOf(std::string_view device_id);
  size_t StripeIndexOf(std::string_view device_id) const;
  base::Mutex& StripeOf(std::string_view device_id);
  void Resolve(std::string_view command_id);
  absl::StatusOr<Command> Find(std::string_view command_id);
  absl::Status DeliverMissed();
  absl::Status CloseExpired();
  void Report(const absl::Status& status);
  const obs::Counter& CounterOf(CommandState state) const {
    return counters_[static_cast<size_t>(state)];
  }

  DeviceStore& store_;
  PresenceTracker& presence_;
  Bus& bus_;
  CommandSender& sender_;
  const base::Clock& clock_;
  obs::Logger& logger_;
  const std::array<obs::Counter, 6> counters_;  // by CommandState
  AckWaits waits_;
  HandOuts hand_outs_;
  DeliveryTimes delivery_times_;
  // Locks that keep the commands of one display in order while several threads deliver; each is
  // shared by several displays.
  std::array<base::Mutex, 64> delivering_;
  // Used only on Tick's thread.
  absl::Duration next_delivery_;
  absl::Duration next_expiry_;
  bool failing_ = false;
  std::shared_ptr<void> on_scrape_;
  // Last members: unsubscribed before the others are destroyed.
  std::shared_ptr<void> on_queued_;
  std::shared_ptr<void> on_changed_;
};

}  // namespace marquee::devices
