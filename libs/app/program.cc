#include "libs/app/program.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <exception>
#include <optional>
#include <utility>

#include "libs/app/bounded_output.h"
#include "libs/app/descriptor_watch.h"
#include "libs/app/end_limit.h"
#include "libs/app/held_logger.h"
#include "libs/app/ops_server.h"
#include "libs/app/process_setup.h"
#include "libs/app/service_manager.h"
#include "libs/app/shutdown_signals.h"
#include "libs/app/version.h"
#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "libs/config/loader.h"
#include "libs/config/redact.h"
#include "libs/files/real_file_system.h"

namespace marquee::app {
namespace {

constexpr int kStartFailed = 1;
constexpr int kWrongFlags = 2;
constexpr int kWrongConfig = 78;  // EX_CONFIG
constexpr absl::Duration kDrainTimeout = absl::Seconds(10);

// Prints one line on standard error, whatever `message` contains.
int Fail(const ProgramSpec& spec, std::string_view message, int code) {
  std::string line = fmt::format("{}: {}", spec.name, message);
  std::ranges::replace(line, '\n', ' ');
  line += '\n';
  WriteWithPatience(STDERR_FILENO, line);
  return code;
}

bool Print(const std::string& text) { return WriteWithPatience(STDOUT_FILENO, text); }

std::vector<Flag> AllFlags(const ProgramSpec& spec) {
  std::vector<Flag> flags = spec.flags;
  flags.push_back({.name = "config", .value = "FILE", .help = "settings file (YAML)"});
  flags.push_back({.name = "check-config", .help = "check the settings and exit"});
  flags.push_back({.name = "version", .help = "print the version and exit"});
  flags.push_back({.name = "help", .help = "print this help and exit"});
  return flags;
}

// The one place where the environment is read.
config::Environment ReadEnvironment() {
  config::Environment environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

absl::Status LoadSettings(const ProgramSpec& spec, const CommandLine& flags,
                          files::FileSystem& files) {
  config::Input input;
  input.file = flags.value("config");
  input.environment = ReadEnvironment();
  for (const Flag& flag : spec.flags) {
    if (flag.setting.empty() || !flags.has(flag.name)) continue;
    input.overrides.push_back({flag.setting, flags.value(flag.name), "--" + flag.name});
  }
  MARQUEE_RETURN_IF_ERROR(config::Load(input, files, *spec.settings));
  return spec.adjust ? spec.adjust(flags) : absl::OkStatus();
}

// A string field at the top level of the settings; empty if there is no field of that name.
std::string TextSetting(const google::protobuf::Message& settings, const std::string& name) {
  const auto* field = settings.GetDescriptor()->FindFieldByName(name);
  const bool is_text = field != nullptr && !field->is_repeated() &&
                       field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_STRING;
  return is_text ? settings.GetReflection()->GetString(settings, field) : "";
}

// A bool at the top of the settings; false when there is none of that name.
bool BoolSetting(const google::protobuf::Message& settings, const std::string& name) {
  const auto* field = settings.GetDescriptor()->FindFieldByName(name);
  const bool is_bool = field != nullptr && !field->is_repeated() &&
                       field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_BOOL;
  return is_bool && settings.GetReflection()->GetBool(settings, field);
}

// Runs a program from loaded settings to the end of the process.
class ProgramRun {
 public:
  ProgramRun(const ProgramSpec& spec, const CommandLine& flags, files::FileSystem& files)
      : spec_(spec),
        flags_(flags),
        files_(files),
        json_(spec.name, obs::LevelFromName(TextSetting(*spec.settings, "log_level")), metrics_),
        logger_(json_, clock_) {}

  // Runs the action that a flag requests instead of serving; nullopt: none was requested.
  absl::StatusOr<std::optional<std::string>> DoInPlace() {
    if (!spec_.in_place) return std::nullopt;
    const Context context{flags_, clock_, logger_, json_, metrics_, files_, {}, {}};
    auto text = spec_.in_place(context);
    if (text.ok() && text->has_value()) logger_.Release();
    return text;
  }

  // On failure everything that was started is stopped again.
  absl::Status Start() {
    const absl::Status started = BringUp();
    if (started.ok()) {
      logger_.Release();
    } else {
      logger_.Discard();
    }
    return started;
  }

  void ServeUntil(const ShutdownSignals& signals, const ServiceManager& service_manager) {
    service_manager.Ready(running_->ready_line());
    if (!Print(running_->ready_line() + "\n")) {
      logger_.Warn("the ready line was not written: standard output is not read",
                   {{"line", running_->ready_line()}});
    }
    // The watchdog covers the module as well: a ready() that hangs stops the reports.
    const int signal = signals.Wait(service_manager.alive_every(), [&] {
      (void)running_->ready();
      service_manager.Alive();
    });
    service_manager.Stopping();
    logger_.Info("draining", {{"signal", sigabbrev_np(signal)}});
    // Readiness goes off first, so that no new work arrives while current work is finished. The ops
    // listener stops last, so that probes and scrapes see the drain.
    serving_ = false;
    const absl::Duration begin = clock_.Monotonic();
    std::optional<EndLimit> limit(std::in_place, DrainTimeout() + spec_.end_within, [this] {
      logger_.Error(
          "threads do not end, so the program ends without them; see whether a network share of a "
          "source has stopped answering");
      json_.Flush();
    });
    descriptors_.Stop();
    running_->Drain(clock_.Now() + DrainTimeout());
    ops_.reset();
    running_.reset();
    limit.reset();
    logger_.Info("ended", {{"drain_ms", absl::ToInt64Milliseconds(clock_.Monotonic() - begin)}});
  }

 private:
  // A settings file with secrets should be readable only by the program's user and group.
  void WarnOfReadableSecrets() {
    const std::string file(flags_.value("config"));
    struct stat status = {};
    if (file.empty() || ::stat(file.c_str(), &status) != 0) return;
    const bool by_group = (status.st_mode & S_IRWXG) != 0 && status.st_gid != ::getegid();
    if ((status.st_mode & S_IRWXO) == 0 && !by_group) return;
    constexpr size_t kMost = 4UL * 1024 * 1024;
    const auto text = files_.Read(file, kMost);
    if (!text.ok() || !config::HoldsSecretOf(*spec_.settings, *text)) return;
    logger_.Warn(
        "the settings file contains secrets and is open to other users; run chmod 600 on it, or "
        "write the secrets as ${file:…} or ${env:…}",
        {{"file", file}, {"mode", fmt::format("{:04o}", status.st_mode & 07777U)}});
  }

  absl::Status BringUp() {
    logger_.Info("starting",
                 {{"version", Version()}, {"settings", config::Redacted(*spec_.settings)}});
    WarnOfReadableSecrets();
    MARQUEE_ASSIGN_OR_RETURN(const std::string ops_address, StartOps());
    const Context context{
        flags_,   clock_, logger_,     json_,
        metrics_, files_, ops_address, [this] { return descriptors_.Shortage(); }};
    MARQUEE_ASSIGN_OR_RETURN(running_, spec_.start(context));
    serving_ = true;
    descriptors_.Start([this](bool is_short) { running_->SetServing(!is_short); });
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> StartOps() {
    const std::string listen = TextSetting(*spec_.settings, "ops_listen");
    if (listen.empty()) return std::string();
    MARQUEE_ASSIGN_OR_RETURN(const config::HostPort where, config::ParseHostPort(listen));
    OpsServer::Deps deps{clock_, metrics_, [this] { return serving_ && running_->ready(); },
                         [this] { return descriptors_.Shortage(); }};
    MARQUEE_ASSIGN_OR_RETURN(ops_, OpsServer::Start(where, std::move(deps)));
    logger_.Info("serving /metrics, /livez and /readyz", {{"ops_address", ops_->address()}});
    return ops_->address();
  }

  absl::Duration DrainTimeout() const {
    const std::string text = TextSetting(*spec_.settings, "drain_timeout");
    return text.empty() ? kDrainTimeout : config::DurationOf(text);
  }

  const ProgramSpec& spec_;
  const CommandLine& flags_;
  files::FileSystem& files_;
  const base::SystemClock clock_;
  obs::Metrics metrics_;
  obs::JsonLogger json_;
  HeldLogger logger_;
  std::unique_ptr<Running> running_;
  std::atomic<bool> serving_ = false;  // from when running_ is set until the drain begins
  // After running_, which its thread uses.
  DescriptorWatch descriptors_{metrics_, logger_};
  std::unique_ptr<OpsServer> ops_;  // last: it uses running_ and descriptors_
};

int Run(int argc, const char* const* argv, const ProgramSpec& spec) {
  const ShutdownSignals signals;
  const ServiceManager service_manager;
  SetUpProcess();

  const std::vector<Flag> known = AllFlags(spec);
  const auto flags = CommandLine::Parse({argv + std::min(argc, 1), argv + argc}, known);
  if (!flags.ok()) return Fail(spec, base::MessageOf(flags.status()), kWrongFlags);
  if (flags->has("help")) {
    Print(HelpText(spec.name, spec.summary, known));
    return 0;
  }
  if (flags->has("version")) {
    Print(fmt::format("{} {}\n", spec.name, Version()));
    return 0;
  }

  files::RealFileSystem files;
  const bool only_check = flags->has("check-config");
  if (const absl::Status loaded = LoadSettings(spec, *flags, files); !loaded.ok()) {
    return Fail(spec, base::MessageOf(loaded), only_check ? kWrongConfig : kStartFailed);
  }
  if (only_check) {
    Print("configuration is valid\n");
    return 0;
  }

  if (BoolSetting(*spec.settings, "core_dumps")) AllowCoreDumps();
  ProgramRun run(spec, *flags, files);
  const auto done = run.DoInPlace();
  if (!done.ok()) return Fail(spec, base::MessageOf(done.status()), kStartFailed);
  if (done->has_value()) {
    Print(**done);
    return 0;
  }
  if (const absl::Status started = run.Start(); !started.ok()) {
    return Fail(spec, base::MessageOf(started), kStartFailed);
  }
  run.ServeUntil(signals, service_manager);
  return 0;
}

}  // namespace

int RunProgram(int argc, const char* const* argv, const ProgramSpec& spec) {
  try {
    return Run(argc, argv, spec);
  } catch (const std::exception& error) {
    // An exception of a third-party library that was not converted: a bug, but still one line.
    return Fail(spec, fmt::format("internal error: {}; please report it", error.what()),
                kStartFailed);
  }
}

}  // namespace marquee::app
