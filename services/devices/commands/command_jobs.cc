#include "services/devices/commands/command_jobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "services/devices/commands/queue_command.h"
#include "services/devices/model/ids.h"
#include "services/devices/store/json_column.h"

namespace marquee::devices {
namespace {

// Devices per transaction: large enough to share the sync, small enough not to delay other writes.
constexpr size_t kBatch = 500;
constexpr absl::Duration kFindHeldEvery = absl::Seconds(5);
constexpr absl::Duration kCleanEvery = absl::Hours(1);
constexpr size_t kSmallestWave = 10;
constexpr size_t kLargestWave = 500;

size_t WaveOf(int64_t total) {
  return std::clamp(static_cast<size_t>(total) / 20, kSmallestWave, kLargestWave);
}

absl::Status NoSuchJob(std::string_view job_id) {
  return absl::NotFoundError(fmt::format("no job has the id {}", job_id));
}

template <class Work>
void InBatches(const std::vector<std::string>& all, Work work) {
  for (size_t begin = 0; begin < all.size(); begin += kBatch) {
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto size = std::min(kBatch, all.size() - begin);
    work(std::vector<std::string>(first, first + static_cast<std::ptrdiff_t>(size)));
  }
}

}  // namespace

CommandJobs::CommandJobs(Deps deps)
    : deps_(std::move(deps)),
      next_find_(deps_.clock.Monotonic()),
      next_clean_(deps_.clock.Monotonic()) {
  on_changed_ = deps_.bus.Subscribe(BusTopic::kCommandChanged, [this](std::string_view) {
    const base::MutexLock lock(mutex_);
    changed_ = true;
  });
}

absl::StatusOr<std::vector<std::string>> CommandJobs::DevicesOf(const BatchRequest& request) {
  if (!request.all) {
    std::vector<std::string> ids = request.device_ids;
    std::ranges::sort(ids);
    ids.erase(std::ranges::unique(ids).begin(), ids.end());
    return ids;
  }
  std::vector<std::string> ids;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Read([&](StoreView& store) -> absl::Status {
    ids.clear();
    DeviceCursor after;
    while (true) {
      MARQUEE_ASSIGN_OR_RETURN(const auto page, store.ListDevices(after, kBatch));
      for (const Device& device : page) ids.push_back(device.id);
      if (page.size() < kBatch) return absl::OkStatus();
      after = {absl::ToUnixMillis(page.back().created_at), page.back().id};
    }
  }));
  return ids;
}

absl::Status CommandJobs::Accept(const BatchRequest& request, CommandJob& job,
                                 std::vector<std::string>& accepted) {
  MARQUEE_ASSIGN_OR_RETURN(const std::vector<std::string> ids, DevicesOf(request));
  if (ids.empty() && !request.all) {
    return absl::InvalidArgumentError("device_ids: no device was named");
  }
  if (ids.size() > kMostDevices) {
    return absl::InvalidArgumentError(
        fmt::format("device_ids: expected at most {} devices", kMostDevices));
  }
  const bool held = request.max_failure_share > 0;
  std::vector<std::string> missing;
  absl::Status status;
  InBatches(ids, [&](const std::vector<std::string>& batch) {
    if (!status.ok()) return;
    std::vector<ClosedCommand> closed;
    std::vector<std::string> there;
    std::vector<std::string> absent;
    status = deps_.store.Write([&](StoreTransaction& store) -> absl::Status {
      closed.clear();
      there.clear();
      absent.clear();
      const absl::Time now = deps_.clock.Now();
      for (const std::string& device_id : batch) {
        MARQUEE_ASSIGN_OR_RETURN(const auto device, store.FindDevice(device_id));
        if (!device) {
          absent.push_back(device_id);
          continue;
        }
        Command command;
        command.id = NewUuid();
        command.device_id = device_id;
        command.type = CanonicalType(request.type);
        command.payload = request.payload;
        command.created_at = now;
        command.expires_at = now + TimeToLive(command.type);
        command.job_id = job.id;
        command.held = held;
        MARQUEE_RETURN_IF_ERROR(QueueCommand(store, command, closed));
        there.push_back(device_id);
      }
      job.total = static_cast<int64_t>(accepted.size() + there.size());
      std::vector<std::string> all_missing = missing;
      all_missing.insert(all_missing.end(), absent.begin(), absent.end());
      job.missing_ids = TextsToJson(all_missing);
      return store.PutJob(job);
    });
    if (!status.ok()) return;
    accepted.insert(accepted.end(), there.begin(), there.end());
    missing.insert(missing.end(), absent.begin(), absent.end());
    deps_.center.Announce(closed);
    // Deliver each batch immediately, so that the first display does not wait until the last one is
    // stored. A failed delivery is retried by CommandCenter.
    if (!held) deps_.center.DeliverJob(job.id, there).IgnoreError();
  });
  return status;
}

void CommandJobs::Send(const BatchRequest& request, const Done& done) {
  if (const absl::Status valid = CheckCommand(request.type, request.payload); !valid.ok()) {
    return done(valid);
  }
  if (request.max_failure_share < 0 || request.max_failure_share > 1) {
    return done(absl::InvalidArgumentError("max_failure_share: expected 0 to 1"));
  }
  CommandJob job;
  if (!request.request_id.empty()) {
    std::optional<CommandJob> first;
    const absl::Status read = deps_.store.Read([&](StoreView& store) -> absl::Status {
      MARQUEE_ASSIGN_OR_RETURN(first, store.JobWithRequestId(request.request_id));
      return absl::OkStatus();
    });
    if (!read.ok()) return done(read);
    if (first) {
      const Waiting repeat{.job_id = first->id,
                           .deadline = {},
                           .live = {},
                           .missing_ids = TextsFromJson(first->missing_ids),
                           .done = done};
      return done(ResultOf(repeat));
    }
  }
  job.id = NewUuid();
  job.max_failure_share = request.max_failure_share;
  job.created_at = deps_.clock.Now();
  job.request_id = request.request_id;
  std::vector<std::string> accepted;
  Waiting waiting{.job_id = job.id, .deadline = {}, .live = {}, .missing_ids = {}, .done = done};
  if (const absl::Status written = Accept(request, job, accepted); !written.ok()) {
    // Do not leave a partial job; commands already sent cannot be recalled.
    CancelQueued(job.id, "the job could not be accepted completely").IgnoreError();
    return done(written);
  }
  waiting.missing_ids = TextsFromJson(job.missing_ids);
  for (const std::string& device_id : accepted) {
    if (deps_.presence.SocketOf(device_id)) waiting.live.insert(device_id);
  }
  if (request.max_failure_share > 0 && !accepted.empty()) {
    {
      const base::MutexLock lock(mutex_);
      holding_.insert(job.id);
    }
    ReleaseWave(job.id);
  }
  deps_.logger.Info("command job accepted", {{"job", job.id},
                                             {"type", request.type},
                                             {"displays", accepted.size()},
                                             {"missing", waiting.missing_ids.size()}});
  if (request.wait <= absl::ZeroDuration() || waiting.live.empty()) return done(ResultOf(waiting));
  waiting.deadline = deps_.clock.Monotonic() + std::min(request.wait, kLongestWait);
  bool full = false;
  {
    const base::MutexLock lock(mutex_);
    full = waiting_.size() >= kMostWaiting;
    if (!full) waiting_.push_back(waiting);
    changed_ = true;  // displays may have answered already
  }
  if (full) done(ResultOf(waiting));
}

absl::StatusOr<BatchResult> CommandJobs::ResultOf(const Waiting& waiting) {
  BatchResult result{.job_id = waiting.job_id, .results = {}, .missing_ids = waiting.missing_ids};
  MARQUEE_RETURN_IF_ERROR(deps_.store.Read([&](StoreView& store) -> absl::Status {
    result.results.clear();
    MARQUEE_ASSIGN_OR_RETURN(auto commands, store.CommandsOfJob(waiting.job_id));
    for (Command& command : commands) {
      const bool live = waiting.live.contains(command.device_id) || command.deliveries > 0;
      result.results.push_back({.command = std::move(command), .live = live});
    }
    return absl::OkStatus();
  }));
  return result;
}

bool CommandJobs::IsAnswered(const Waiting& waiting) {
  bool answered = false;
  deps_.store
      .Read([&](StoreView& store) -> absl::Status {
        MARQUEE_ASSIGN_OR_RETURN(const auto commands, store.CommandsOfJob(waiting.job_id));
        answered = std::ranges::all_of(commands, [&](const Command& command) {
          return IsFinal(command.state) || !waiting.live.contains(command.device_id);
        });
        return absl::OkStatus();
      })
      .IgnoreError();  // on an error the wait continues until its deadline
  return answered;
}

absl::StatusOr<JobProgress> CommandJobs::Progress(std::string_view job_id) {
  JobProgress progress;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Read([&](StoreView& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(const auto job, store.FindJob(job_id));
    if (!job) return NoSuchJob(job_id);
    MARQUEE_ASSIGN_OR_RETURN(progress, store.ProgressOf(job_id));
    progress.total = job->total;
    return absl::OkStatus();
  }));
  return progress;
}

void CommandJobs::Watch(const std::string& job_id) {
  const base::MutexLock lock(mutex_);
  watched_.try_emplace(job_id, JobProgress{.total = -1});  // differs from every real progress
  changed_ = true;
}

absl::StatusOr<int> CommandJobs::CancelQueued(std::string_view job_id, std::string_view why) {
  std::vector<std::string> ids;
  MARQUEE_RETURN_IF_ERROR(deps_.store.Write([&](StoreTransaction& store) -> absl::Status {
    MARQUEE_ASSIGN_OR_RETURN(ids, store.CancelQueuedOfJob(job_id, deps_.clock.Now(), why));
    return absl::OkStatus();
  }));
  std::vector<ClosedCommand> closed;
  closed.reserve(ids.size());
  for (std::string& id : ids) closed.push_back({std::move(id), CommandState::kCancelled});
  deps_.center.Announce(closed);
  return static_cast<int>(closed.size());
}

absl::StatusOr<int> CommandJobs::Cancel(std::string_view job_id) {
  MARQUEE_RETURN_IF_ERROR(Progress(job_id).status());
  return CancelQueued(job_id, "cancelled with its job");
}

void CommandJobs::ReleaseWave(const std::string& job_id) {
  std::vector<std::string> device_ids;
  bool stop = false;
  bool more = false;
  const absl::Status done = deps_.store.Write([&](StoreTransaction& store) -> absl::Status {
    device_ids.clear();
    stop = false;
    more = false;
    MARQUEE_ASSIGN_OR_RETURN(const auto job, store.FindJob(job_id));
    MARQUEE_ASSIGN_OR_RETURN(const JobProgress progress, store.ProgressOf(job_id));
    // A job that was deleted holds no commands back.
    const int64_t total = job ? job->total : progress.total;
    const double share = job ? job->max_failure_share : 1;
    stop = static_cast<double>(progress.failed) > share * static_cast<double>(total);
    if (stop) return absl::OkStatus();
    MARQUEE_ASSIGN_OR_RETURN(const size_t unanswered,
                             store.CountUnanswered(job_id, deps_.clock.Now() - kAnswerWithin));
    const size_t wave = WaveOf(total);
    more = true;
    if (unanswered >= wave) return absl::OkStatus();
    MARQUEE_ASSIGN_OR_RETURN(auto held, store.HeldCommands(job_id, wave - unanswered));
    more = !held.empty();
    for (Command& command : held) {
      command.held = false;
      MARQUEE_RETURN_IF_ERROR(store.UpdateCommand(command));
      device_ids.push_back(command.device_id);
    }
    return absl::OkStatus();
  });
  if (!done.ok()) return;  // retried by the next tick
  if (stop) {
    const auto cancelled = CancelQueued(job_id, "too many displays of its job failed");
    deps_.logger.Warn("command job stopped: too many displays failed",
                      {{"job", job_id}, {"cancelled", cancelled.value_or(0)}});
  }
  if (stop || !more) {
    const base::MutexLock lock(mutex_);
    holding_.erase(job_id);
  }
  deps_.center.DeliverJob(job_id, device_ids).IgnoreError();  // as in Accept
}

void CommandJobs::FindHeld(absl::Duration now) {
  if (now >= next_find_) {
    next_find_ = now + kFindHeldEvery;
    std::vector<std::string> jobs;
    deps_.store
        .Read([&](StoreView& store) -> absl::Status {
          MARQUEE_ASSIGN_OR_RETURN(jobs, store.JobsThatHold());
          return absl::OkStatus();
        })
        .IgnoreError();  // retried at the next interval
    const base::MutexLock lock(mutex_);
    holding_.insert(jobs.begin(), jobs.end());
  }
  if (now >= next_clean_) {
    next_clean_ = now + kCleanEvery;
    deps_.store
        .Write([&](StoreTransaction& store) {
          return store.ForgetJobsBefore(deps_.clock.Now() - kKept);
        })
        .IgnoreError();  // retried an hour later
  }
}

void CommandJobs::EndDueWaits(absl::Duration now) {
  std::vector<Waiting> candidates;
  {
    const base::MutexLock lock(mutex_);
    if (waiting_.empty()) return;
    candidates = waiting_;
  }
  for (const Waiting& waiting : candidates) {
    if (waiting.deadline > now && !IsAnswered(waiting)) continue;
    {
      const base::MutexLock lock(mutex_);
      const auto own = std::ranges::find(waiting_, waiting.job_id, &Waiting::job_id);
      if (own == waiting_.end()) continue;
      waiting_.erase(own);
    }
    waiting.done(ResultOf(waiting));
  }
}

void CommandJobs::NotifyListener() {
  std::map<std::string, JobProgress> watched;
  {
    const base::MutexLock lock(mutex_);
    watched = watched_;
  }
  for (const auto& [job_id, told] : watched) {
    const auto progress = Progress(job_id);
    if (!progress.ok() || *progress == told) continue;
    {
      const base::MutexLock lock(mutex_);
      if (progress->done()) {
        watched_.erase(job_id);
      } else {
        watched_[job_id] = *progress;
      }
    }
    if (deps_.listener) deps_.listener(job_id, *progress);
  }
}

void CommandJobs::Tick() {
  const absl::Duration now = deps_.clock.Monotonic();
  FindHeld(now);
  std::set<std::string> holding;
  bool look = false;
  {
    const base::MutexLock lock(mutex_);
    holding = holding_;
    // Sent and expired commands are not announced on the bus, so watched jobs are read at each
    // tick.
    look = std::exchange(changed_, false) || !watched_.empty();
  }
  for (const std::string& job_id : holding) ReleaseWave(job_id);
  EndDueWaits(now);
  if (look) NotifyListener();
}

void CommandJobs::EndWaits() {
  std::vector<Waiting> waiting;
  {
    const base::MutexLock lock(mutex_);
    waiting.swap(waiting_);
  }
  for (const Waiting& each : waiting) each.done(ResultOf(each));
}

}  // namespace marquee::devices
