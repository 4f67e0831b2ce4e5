// Common part of all mains: flags, settings, logs, metrics, the ops listener, signals and an
// orderly shutdown. A main consists only of its settings and its module:
//
//   int main(int argc, char** argv) {
//     marquee::playlist::PlaylistSettings settings;
//     marquee::app::ProgramSpec spec;
//     spec.name = "marquee-playlist";
//     spec.summary = "reads media servers and folders into one playlist";
//     spec.settings = &settings;
//     spec.flags = {{.name = "data-dir", .value = "DIR", .help = "where state is kept",
//                    .setting = "data_dir"}};
//     spec.start = [&settings](const app::Context& context)
//         -> absl::StatusOr<std::unique_ptr<app::Running>> { … };
//     return marquee::app::RunProgram(argc, argv, spec);
//   }
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <google/protobuf/message.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libs/app/command_line.h"
#include "libs/base/clock.h"
#include "libs/files/file_system.h"
#include "libs/obs/json_logger.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"

namespace marquee::app {

// Services available to a program from its start until its Running is destroyed.
struct Context {
  const CommandLine& flags;
  const base::Clock& clock;
  obs::Logger& logger;
  obs::JsonLogger& log;  // the final destination of `logger`
  obs::Metrics& metrics;
  files::FileSystem& files;
  std::string ops_address;  // HOST:PORT of the ops listener; empty: none
  // Why the process should get no new work although it runs, for /readyz of other listeners; empty:
  // no reason. Any thread.
  std::function<std::string()> shortage;
};

// A program that serves.
class Running {
 public:
  virtual ~Running() = default;
  // The line printed when the program is ready: "marquee listening on http://127.0.0.1:4000".
  virtual std::string ready_line() const = 0;
  // Whether the program should receive traffic now, for /readyz. Called on any thread. Not called
  // once Drain has begun, but a call may be in progress when it begins.
  virtual bool ready() const { return true; }
  // Sets the result of health checks of other kinds than /readyz (gRPC), while descriptors are
  // short and after it. Not called once Drain has begun.
  virtual void SetServing(bool serving) { (void)serving; }
  // Accepts no more work and finishes the work in progress, until `deadline`.
  virtual void Drain(absl::Time deadline) = 0;
};

struct ProgramSpec {
  std::string name;     // "marquee-playlist"
  std::string summary;  // half a sentence for --help
  // Must be filled before `start` is called. These top-level fields, if present, are used here:
  // clang-format off
  //   string log_level      debug, info, warn or error; default info
  //   string ops_listen     address of /metrics, /livez, /readyz (ops_server.h); empty: not served
  //   string drain_timeout  a duration: time limit of Drain; default 10 s
  // clang-format on
  //   bool core_dumps       whether a crash may leave a core dump, which holds secrets; not without
  //   it
  google::protobuf::Message* settings = nullptr;
  // In addition to --config FILE, --check-config, --version and --help.
  std::vector<Flag> flags;
  // Optional. Called right after loading, also for --check-config: applies flags that no single
  // setting corresponds to (--posters DIR), and checks combinations of fields.
  std::function<absl::Status(const CommandLine&)> adjust;
  // Optional: runs an action requested by a flag instead of serving. The returned text goes to
  // standard output and the program exits; nullopt: no such flag was given, the program serves.
  std::function<absl::StatusOr<std::optional<std::string>>(const Context&)> in_place;
  // How long the end may take after drain_timeout; then the process ends without waiting for its
  // threads (exit code 0, a line in the log). With the default drain_timeout that is before systemd
  // (TimeoutStopSec=20s in deploy/debian) or Kubernetes (30 s) kills it.
  absl::Duration end_within = absl::Seconds(5);
  // Starts the program. An error is one line: what failed, on what, and what to change.
  std::function<absl::StatusOr<std::unique_ptr<Running>>(const Context&)> start;
};

// Runs a program and returns its exit code:
// clang-format off
//   0    ended after SIGTERM or SIGINT; --help, --version; --check-config found no error; the
//        action requested instead of serving succeeded
//   1    the start, or the action requested instead of it, failed: one line on standard error,
//        `NAME: what failed; what to change`
//   2    the flags are wrong: one line, as above
//   78   --check-config found an error (EX_CONFIG of sysexits.h): one line, as above
// clang-format on
// A second signal ends the process immediately with 128 + its number. Flags override the
// environment (MARQUEE_…), which overrides the file. Only the ready line goes to standard output;
// logs go to standard error, and only once the start has succeeded or taken longer than a second.
// A standard output or error that is not read loses lines and delays nothing by more than a second.
// Call it first in main, once per process.
int RunProgram(int argc, const char* const* argv, const ProgramSpec& spec);

}  // namespace marquee::app
