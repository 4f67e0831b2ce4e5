// A command to many displays.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <string>

namespace marquee::devices {

struct CommandJob {
  std::string id;                // UUID
  int64_t total = 0;             // number of displays with an accepted command
  double max_failure_share = 0;  // of `total`; beyond it unsent commands are cancelled; 0: never
  absl::Time created_at = absl::InfinitePast();
  std::string request_id;   // from the caller; empty: none
  std::string missing_ids;  // JSON array: requested ids without a device

  bool operator==(const CommandJob&) const = default;
};

// Number of commands of a job by state.
struct JobProgress {
  int64_t total = 0;
  int64_t acked = 0;
  int64_t sent = 0;
  int64_t queued = 0;  // including held ones
  int64_t failed = 0;  // failed or expired
  int64_t cancelled = 0;

  bool done() const { return sent == 0 && queued == 0; }
  bool operator==(const JobProgress&) const = default;
};

}  // namespace marquee::devices
