// Sends one command to many displays as a job, which can be watched and cancelled and stops when
// too many displays fail.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/obs/logger.h"
#include "services/devices/bus/bus.h"
#include "services/devices/commands/command_center.h"
#include "services/devices/model/command_job.h"
#include "services/devices/presence/presence_tracker.h"
#include "services/devices/store/device_store.h"

namespace marquee::devices {

struct BatchRequest {
  std::vector<std::string> device_ids = {};
  bool all = false;  // every device; device_ids are ignored
  std::string type = {};
  std::string payload = "{}";                  // JSON object
  absl::Duration wait = absl::ZeroDuration();  // for acknowledgements of displays with a socket
  double max_failure_share = 0;                // of all devices, 0 to 1; 0: never stop
  std::string request_id = {};                 // a repeated id finds the first job; may be empty
};

struct BatchResult {
  std::string job_id;
  std::vector<SendResult> results;  // one per device, in the order of acceptance
  std::vector<std::string> missing_ids;
};

// Thread-safe; calls block on the store.
//
// A job with a failure limit is sent in waves: at most one twentieth of its displays (10 to 500)
// may have an unacknowledged command at any time, and a display that has not acknowledged within
// kAnswerWithin no longer counts. Commands of later waves are held: stored, but not delivered.
class CommandJobs {
 public:
  static constexpr absl::Duration kAnswerWithin = absl::Seconds(15);
  static constexpr size_t kMostDevices = 100'000;
  static constexpr size_t kMostWaiting = 256;
  static constexpr absl::Duration kKept = absl::Hours(24 * 7);

  // Called from Tick for watched jobs: when they changed, and finally when they are done.
  using Listener = std::function<void(const std::string& job_id, const JobProgress& progress)>;

  struct Deps {
    DeviceStore& store;
    PresenceTracker& presence;
    Bus& bus;
    CommandCenter& center;
    const base::Clock& clock;
    obs::Logger& logger;
    Listener listener = {};
  };
  using Done = std::function<void(absl::StatusOr<BatchResult>)>;

  explicit CommandJobs(Deps deps);

  // Accepts the command for every existing device and calls `done` exactly once: immediately, or,
  // if `wait` is set, when every display with a socket has answered or after `wait`, on another
  // thread. After an error, no command of the job is delivered that was not sent already.
  // kInvalidArgument: no device was named, or as CommandCenter::Send. kResourceExhausted: too many
  // callers are waiting.
  void Send(const BatchRequest& request, const Done& done);

  // kNotFound: no such job, or it is older than kKept.
  absl::StatusOr<JobProgress> Progress(std::string_view job_id);
  // Calls the listener for this job until it is done.
  void Watch(const std::string& job_id);
  // Cancels the commands that have not been sent; returns their number. kNotFound as above.
  absl::StatusOr<int> Cancel(std::string_view job_id);

  // Called several times per second: releases waves, stops jobs, ends waits, calls the listener.
  void Tick();
  // Ends all waits with the current state of the commands.
  void EndWaits();

 private:
  struct Waiting {
    std::string job_id;
    absl::Duration deadline;
    std::set<std::string, std::less<>> live;  // devices that had a socket
    std::vector<std::string> missing_ids;
    Done done;
  };

  absl::Status Accept(const BatchRequest& request, CommandJob& job,
                      std::vector<std::string>& accepted);
  absl::StatusOr<std::vector<std::string>> DevicesOf(const BatchRequest& request);
  absl::StatusOr<BatchResult> ResultOf(const Waiting& waiting);
  bool IsAnswered(const Waiting& waiting);
  void EndDueWaits(absl::Duration now);
  void ReleaseWave(const std::string& job_id);
  absl::StatusOr<int> CancelQueued(std::string_view job_id, std::string_view why);
  void NotifyListener();
  void FindHeld(absl::Duration now);

  const Deps deps_;
  base::Mutex mutex_;
  std::vector<Waiting> waiting_ MARQUEE_GUARDED_BY(mutex_);
  std::set<std::string> holding_ MARQUEE_GUARDED_BY(mutex_);  // jobs that hold commands back
  std::map<std::string, JobProgress> watched_ MARQUEE_GUARDED_BY(mutex_);
  bool changed_ MARQUEE_GUARDED_BY(mutex_) = true;  // a command was closed since the last tick
  // Used only on Tick's thread.
  absl::Duration next_find_;
  absl::Duration next_clean_;
  // Last member: unsubscribed before the others are destroyed.
  std::shared_ptr<void> on_changed_;
};

}  // namespace marquee::devices
