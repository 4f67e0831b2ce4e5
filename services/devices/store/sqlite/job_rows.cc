#include "libs/base/status.h"
#include "services/devices/store/sqlite/row_mapping.h"
#include "services/devices/store/sqlite/rows.h"

namespace marquee::devices {
namespace {

#define JOB_COLUMNS "id, total, max_failure_share, created_at, request_id, missing_ids"

constexpr char kFindJob[] = "SELECT " JOB_COLUMNS " FROM command_jobs WHERE id = ?1";
constexpr char kJobByRequest[] = "SELECT " JOB_COLUMNS " FROM command_jobs WHERE request_id = ?1";
constexpr char kPutJob[] =
    "INSERT INTO command_jobs (" JOB_COLUMNS
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO UPDATE SET total = excluded.total, "
    "missing_ids = excluded.missing_ids";
constexpr char kProgress[] =
    "SELECT state, count(*) FROM commands WHERE job_id = ?1 GROUP BY state";
constexpr char kCommandsOfJob[] =
    "SELECT " COMMAND_COLUMNS " FROM commands WHERE job_id = ?1 ORDER BY ordinal";
constexpr char kCommandOfJob[] =
    "SELECT " COMMAND_COLUMNS " FROM commands WHERE job_id = ?1 AND device_id = ?2";
constexpr char kJobsThatHold[] =
    "SELECT DISTINCT job_id FROM commands WHERE held = 1 AND state = 'queued'";
constexpr char kHeldCommands[] =
    "SELECT " COMMAND_COLUMNS
    " FROM commands WHERE job_id = ?1 AND held = 1 AND state = 'queued' ORDER BY ordinal "
    "LIMIT ?2";
constexpr char kCountUnanswered[] =
    "SELECT count(*) FROM commands WHERE job_id = ?1 AND state = 'sent' AND sent_at > ?2";
constexpr char kQueuedOfJob[] =
    "SELECT id FROM commands WHERE job_id = ?1 AND state = 'queued' ORDER BY ordinal";
constexpr char kCancelQueuedOfJob[] =
    "UPDATE commands SET state = 'cancelled', closed_at = ?2, detail = ?3, held = 0 "
    "WHERE job_id = ?1 AND state = 'queued'";
constexpr char kForgetJobs[] = "DELETE FROM command_jobs WHERE created_at < ?1";

CommandJob JobFromRow(const Statement& row) {
  CommandJob job;
  job.id = row.Text(0);
  job.total = row.Int(1);
  job.max_failure_share = row.Real(2);
  job.created_at = row.Time(3);
  job.request_id = row.Text(4);
  job.missing_ids = row.Text(5);
  return job;
}

}  // namespace

absl::StatusOr<std::optional<CommandJob>> SqliteRows::FindJob(std::string_view id) {
  MARQUEE_ASSIGN_OR_RETURN(Statement find, db_.Prepare(kFindJob));
  find.Text(1, id);
  return First(find, JobFromRow);
}

absl::StatusOr<std::optional<CommandJob>> SqliteRows::JobWithRequestId(
    std::string_view request_id) {
  MARQUEE_ASSIGN_OR_RETURN(Statement find, db_.Prepare(kJobByRequest));
  find.Text(1, request_id);
  return First(find, JobFromRow);
}

absl::Status SqliteRows::PutJob(const CommandJob& job) {
  MARQUEE_ASSIGN_OR_RETURN(Statement put, db_.Prepare(kPutJob));
  return put.Text(1, job.id)
      .Int(2, job.total)
      .Real(3, job.max_failure_share)
      .Time(4, job.created_at)
      .TextOrNull(5, job.request_id)
      .Text(6, job.missing_ids)
      .Run();
}

absl::StatusOr<JobProgress> SqliteRows::ProgressOf(std::string_view job_id) {
  MARQUEE_ASSIGN_OR_RETURN(Statement count, db_.Prepare(kProgress));
  count.Text(1, job_id);
  JobProgress progress;
  while (true) {
    MARQUEE_ASSIGN_OR_RETURN(const bool has_row, count.Step());
    if (!has_row) return progress;
    const int64_t commands = count.Int(1);
    progress.total += commands;
    switch (CommandStateFromName(count.Text(0)).value_or(CommandState::kFailed)) {
      case CommandState::kQueued:
        progress.queued += commands;
        break;
      case CommandState::kSent:
        progress.sent += commands;
        break;
      case CommandState::kAcked:
        progress.acked += commands;
        break;
      case CommandState::kFailed:
      case CommandState::kExpired:
        progress.failed += commands;
        break;
      case CommandState::kCancelled:
        progress.cancelled += commands;
        break;
    }
  }
}

absl::StatusOr<std::vector<Command>> SqliteRows::CommandsOfJob(std::string_view job_id) {
  MARQUEE_ASSIGN_OR_RETURN(Statement list, db_.Prepare(kCommandsOfJob));
  list.Text(1, job_id);
  return All(list, CommandFromRow);
}

absl::StatusOr<std::optional<Command>> SqliteRows::CommandOfJob(std::string_view job_id,
                                                                std::string_view device_id) {
  MARQUEE_ASSIGN_OR_RETURN(Statement find, db_.Prepare(kCommandOfJob));
  find.Text(1, job_id).Text(2, device_id);
  return First(find, CommandFromRow);
}

absl::StatusOr<std::vector<std::string>> SqliteRows::JobsThatHold() {
  MARQUEE_ASSIGN_OR_RETURN(Statement list, db_.Prepare(kJobsThatHold));
  return All(list, FirstText);
}

absl::StatusOr<std::vector<Command>> SqliteRows::HeldCommands(std::string_view job_id,
                                                              size_t limit) {
  MARQUEE_ASSIGN_OR_RETURN(Statement list, db_.Prepare(kHeldCommands));
  list.Text(1, job_id).Int(2, static_cast<int64_t>(limit));
  return All(list, CommandFromRow);
}

absl::StatusOr<size_t> SqliteRows::CountUnanswered(std::string_view job_id, absl::Time since) {
  MARQUEE_ASSIGN_OR_RETURN(Statement count, db_.Prepare(kCountUnanswered));
  count.Text(1, job_id).Time(2, since);
  MARQUEE_RETURN_IF_ERROR(count.Run());
  return static_cast<size_t>(count.Int(0));
}

absl::StatusOr<std::vector<std::string>> SqliteRows::CancelQueuedOfJob(std::string_view job_id,
                                                                       absl::Time now,
                                                                       std::string_view why) {
  MARQUEE_ASSIGN_OR_RETURN(Statement list, db_.Prepare(kQueuedOfJob));
  list.Text(1, job_id);
  MARQUEE_ASSIGN_OR_RETURN(std::vector<std::string> ids, All(list, FirstText));
  MARQUEE_ASSIGN_OR_RETURN(Statement cancel, db_.Prepare(kCancelQueuedOfJob));
  MARQUEE_RETURN_IF_ERROR(cancel.Text(1, job_id).Time(2, now).Text(3, why).Run());
  return ids;
}

absl::Status SqliteRows::ForgetJobsBefore(absl::Time oldest) {
  MARQUEE_ASSIGN_OR_RETURN(Statement forget, db_.Prepare(kForgetJobs));
  return forget.Time(1, oldest).Run();
}

}  // namespace marquee::devices
