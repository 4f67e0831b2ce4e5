// One command for many displays.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <string>

namespace marquee::devices {

struct CommandJob {
  std::string id;                // UUID
  int64_t total = 0;             // displays it was accepted for
  double max_failure_share = 0;  // of `total`; beyond it what is left is withdrawn; 0: never
  absl::Time created_at = absl::InfinitePast();
  std::string request_id;   // of the caller; empty: none
  std::string missing_ids;  // JSON array: asked for, and no device

  bool operator==(const CommandJob&) const = default;
};

// How far the commands of a job are.
struct JobProgress {
  int64_t total = 0;
  int64_t acked = 0;
  int64_t sent = 0;
  int64_t queued = 0;  // held ones among them
  int64_t failed = 0;  // refused or expired
  int64_t cancelled = 0;

  bool done() const { return sent == 0 && queued == 0; }
  bool operator==(const JobProgress&) const = default;
};

}  // namespace marquee::devices
