// One command for many displays, as a job that can be watched, withdrawn, and that stops by itself
// when too many displays refuse.
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
  bool all = false;  // every device; device_ids are not read then
  std::string type = {};
  std::string payload = "{}";                  // JSON object
  absl::Duration wait = absl::ZeroDuration();  // for the answers of displays with a socket
  double max_failure_share = 0;                // of all devices, 0 to 1; 0: never stop
  std::string request_id = {};                 // a repeat finds the first job; may be empty
};

struct BatchResult {
  std::string job_id;
  std::vector<SendResult> results;  // one a device, in the order of acceptance
  std::vector<std::string> missing_ids;
};

// Thread-safe; calls block on the store.
//
// A job that must stop at a share of failures goes out in waves: at most a twentieth of its
// displays (10 to 500) owe an answer at any time, and one that owes it for kAnswerWithin no longer
// counts. What has not gone out yet is held: on disk, but not delivered.
class CommandJobs {
 public:
  static constexpr absl::Duration kAnswerWithin = absl::Seconds(15);
  static constexpr size_t kMostDevices = 100'000;
  static constexpr size_t kMostWaiting = 256;
  static constexpr absl::Duration kKept = absl::Hours(24 * 7);

  // Called from Tick, for jobs that are watched: when they changed, and last when they are done.
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

  // Accepts the command for every device that exists and calls `done` exactly once: at once, or,
  // when asked to wait, when every display with a socket has answered or after `wait`, from another
  // thread. After an error nothing of it is delivered that was not under way already.
  // kInvalidArgument: nobody was named, or as CommandCenter::Send. kResourceExhausted: too many
  // wait.
  void Send(const BatchRequest& request, const Done& done);

  // kNotFound: no such job, or it was forgotten (kKept).
  absl::StatusOr<JobProgress> Progress(std::string_view job_id);
  // Has the listener hear of this job until it is done.
  void Watch(const std::string& job_id);
  // Withdraws what has not been sent; returns how many. kNotFound as above.
  absl::StatusOr<int> Cancel(std::string_view job_id);

  // Called several times a second: lets waves go, stops jobs, ends waits, tells the listener.
  void Tick();
  // Answers everybody who waits, with the commands as they are.
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
  void LetGo(const std::string& job_id);
  absl::StatusOr<int> Withdraw(std::string_view job_id, std::string_view why);
  void TellListener();
  void LookForHeld(absl::Duration now);

  const Deps deps_;
  base::Mutex mutex_;
  std::vector<Waiting> waiting_ MARQUEE_GUARDED_BY(mutex_);
  std::set<std::string> holding_ MARQUEE_GUARDED_BY(mutex_);  // jobs that hold commands back
  std::map<std::string, JobProgress> watched_ MARQUEE_GUARDED_BY(mutex_);
  bool changed_ MARQUEE_GUARDED_BY(mutex_) = true;  // a command was closed since the last tick
  // Only Tick's thread.
  absl::Duration next_look_;
  absl::Duration next_clean_;
  // Last, so that no wake-up comes while the rest goes.
  std::shared_ptr<void> on_changed_;
};

}  // namespace marquee::devices
