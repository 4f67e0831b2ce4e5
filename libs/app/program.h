// What all mains have in common: flags, settings, logs, metrics, the ops listener, signals, and an
// end in order. A main is then its settings and its module:
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

// What a program may use from its start until its Running is destroyed.
struct Context {
  const CommandLine& flags;
  const base::Clock& clock;
  obs::Logger& logger;
  obs::JsonLogger& log;  // where what the logger is told goes in the end
  obs::Metrics& metrics;
  files::FileSystem& files;
  std::string ops_address;  // HOST:PORT of the ops listener; empty: there is none
};

// A program that serves.
class Running {
 public:
  virtual ~Running() = default;
  // The line that says so: "marquee listening on http://127.0.0.1:4000".
  virtual std::string ready_line() const = 0;
  // Whether it should get traffic now, for /readyz. Called on any thread; not once Drain has begun,
  // but a call may be under way when it begins.
  virtual bool ready() const { return true; }
  // Takes no more work and finishes what is in hand, until `deadline`.
  virtual void Drain(absl::Time deadline) = 0;
};

struct ProgramSpec {
  std::string name;     // "marquee-playlist"
  std::string summary;  // half a sentence, for --help
  // To be filled before `start`. Of its fields these, when it has them at the top, are for here:
  //   string log_level      debug, info, warn or error; info without it
  //   string ops_listen     where /metrics, /livez, /readyz are served (ops_server.h); empty:
  //   nowhere string drain_timeout  a duration: how long Drain gets; 10 s without it
  google::protobuf::Message* settings = nullptr;
  // Beside --config FILE, --check-config, --version and --help.
  std::vector<Flag> flags;
  // Optional, right after loading and also for --check-config: what flags add to the settings that
  // no single setting is (--posters DIR), and checks over several fields.
  std::function<absl::Status(const CommandLine&)> adjust;
  // Optional: what a flag asks for in place of serving. Its text goes to standard output and ends
  // the program; nullopt: nothing is asked for, it serves.
  std::function<absl::StatusOr<std::optional<std::string>>(const Context&)> in_place;
  // Brings everything up. An error is one line: what failed, on what, and what to change.
  std::function<absl::StatusOr<std::unique_ptr<Running>>(const Context&)> start;
};

// Runs a program from its flags to its end; what it returns is the exit code:
//   0   ended after SIGTERM or SIGINT; --help, --version; --check-config found nothing wrong; what
//       was asked for in place of serving is done
//   1   the start, or what was asked for in its place, failed: one line on standard error, `NAME:
//   what; what to change` 2   the flags are wrong: the same 78  --check-config found something
//   (EX_CONFIG of sysexits.h): the same
// A second signal ends the process at once with 128 + its number. Flags win over the environment
// (MARQUEE_…), that over the file. The ready line is all that goes to standard output; logs go to
// standard error, and only once the start has succeeded or taken longer than a second.
// Call it first thing in main, once in a process.
int RunProgram(int argc, const char* const* argv, const ProgramSpec& spec);

}  // namespace marquee::app
