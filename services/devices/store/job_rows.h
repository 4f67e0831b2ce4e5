// Rows of command jobs. Errors as in device_store.h.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/devices/model/command.h"
#include "services/devices/model/command_job.h"

namespace marquee::devices {

class JobReads {
 public:
  virtual ~JobReads() = default;

  virtual absl::StatusOr<std::optional<CommandJob>> FindJob(std::string_view id) = 0;
  virtual absl::StatusOr<std::optional<CommandJob>> JobWithRequestId(
      std::string_view request_id) = 0;
  virtual absl::StatusOr<JobProgress> ProgressOf(std::string_view job_id) = 0;
  // The commands of a job, in the order of acceptance.
  virtual absl::StatusOr<std::vector<Command>> CommandsOfJob(std::string_view job_id) = 0;
  virtual absl::StatusOr<std::optional<Command>> CommandOfJob(std::string_view job_id,
                                                              std::string_view device_id) = 0;
  // Jobs with held commands.
  virtual absl::StatusOr<std::vector<std::string>> JobsThatHold() = 0;
  // The first `limit` held commands of the job.
  virtual absl::StatusOr<std::vector<Command>> HeldCommands(std::string_view job_id,
                                                            size_t limit) = 0;
  // Number of commands of the job that were sent after `since` and are not closed.
  virtual absl::StatusOr<size_t> CountUnanswered(std::string_view job_id, absl::Time since) = 0;
};

class JobWrites {
 public:
  virtual ~JobWrites() = default;

  virtual absl::Status PutJob(const CommandJob& job) = 0;
  // Cancels the QUEUED commands with the reason `why`; returns their ids.
  virtual absl::StatusOr<std::vector<std::string>> CancelQueuedOfJob(std::string_view job_id,
                                                                     absl::Time now,
                                                                     std::string_view why) = 0;
  // Deletes jobs created before `oldest`; their commands are kept.
  virtual absl::Status ForgetJobsBefore(absl::Time oldest) = 0;
};

}  // namespace marquee::devices
