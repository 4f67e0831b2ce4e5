#include "services/imageproc/transform/sandbox/child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <span>
#include <stop_token>
#include <system_error>
#include <vector>

#include "libs/base/status.h"
#include "services/imageproc/transform/sandbox/packets.h"

namespace marquee::imageproc::sandbox {
namespace {

// Loading libvips takes 0.1 s; on a machine that is booting it may take much longer.
constexpr absl::Duration kStartTime = absl::Seconds(10);

absl::Status Failed(const char* call, int error) {
  return absl::InternalError(fmt::format("{}: {}", call, std::generic_category().message(error)));
}

// RAII for the attributes and file actions of posix_spawn.
class SpawnPlan {
 public:
  SpawnPlan() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  // Passes only the socket, as kSocket; standard streams go to /dev/null, so that library warnings
  // neither mix with our log nor block on a full pipe.
  int Prepare(int socket) {
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    int error = posix_spawn_file_actions_adddup2(&actions_, socket, kSocket);
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
      if (error == 0) {
        error = posix_spawn_file_actions_addopen(&actions_, standard, "/dev/null", O_RDWR, 0);
      }
    }
    if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(&actions_, kSocket + 1);
    if (error == 0) error = posix_spawnattr_setsigmask(&attributes_, &none);
    if (error == 0) error = posix_spawnattr_setsigdefault(&attributes_, &all);
    if (error == 0) error = posix_spawnattr_setpgroup(&attributes_, 0);
    if (error == 0) {
      error = posix_spawnattr_setflags(
          &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    }
    return error;
  }

  int Spawn(const char* program, const std::string& argument, pid_t& pid) const {
    std::string name("marquee-decoder");
    std::string first(argument);
    const std::array<char*, 3> arguments{name.data(), first.data(), nullptr};
    // A single malloc arena (see decoder_main.cc), also for code that runs before main.
    std::string arenas("MALLOC_ARENA_MAX=1");
    const std::array<char*, 2> environment{arenas.data(), nullptr};
    return posix_spawn(&pid, program, &actions_, &attributes_, arguments.data(),
                       environment.data());
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

// Timeout for poll(2) in milliseconds, at least 1.
int MillisecondsUntil(absl::Time deadline, const base::Clock& clock) {
  constexpr absl::Duration kMost = absl::Hours(1);
  const absl::Duration left = std::clamp(deadline - clock.Now(), absl::Milliseconds(1), kMost);
  return static_cast<int>(absl::ToInt64Milliseconds(left + absl::Milliseconds(1)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Child>> Child::Start(const std::filesystem::path& program,
                                                    uint64_t more_bytes) {
  std::array<int, 2> pair{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.data()) != 0) {
    return Failed("socketpair", errno);
  }
  Descriptor ours(pair[0]);
  Descriptor theirs(pair[1]);
  if (theirs.get() == kSocket) {
    // dup2 onto the same descriptor would keep close-on-exec set.
    theirs = Descriptor(::fcntl(kSocket, F_DUPFD_CLOEXEC, kSocket + 1));
    if (!theirs.valid()) return Failed("fcntl(F_DUPFD_CLOEXEC)", errno);
  }
  SpawnPlan plan;
  pid_t pid = 0;
  int error = plan.Prepare(theirs.get());
  if (error == 0) error = plan.Spawn(program.c_str(), std::to_string(more_bytes), pid);
  if (error != 0) {
    return absl::InternalError(fmt::format("{} cannot be started: {}", program.string(),
                                           std::generic_category().message(error)));
  }
  theirs.Close();
  std::unique_ptr<Child> child(new Child(pid, std::move(ours)));
  const base::SystemClock clock;
  base::CallContext context;
  context.deadline = clock.Now() + kStartTime;
  const absl::StatusOr<Reply> ready = child->Answer(context, clock);
  if (!ready.ok()) {
    return absl::InternalError(
        fmt::format("{} cannot be started: {}", program.string(), child->End()));
  }
  if (ready->ok == 0) {
    return absl::InternalError(
        fmt::format("{} cannot be started: {}", program.string(), ready->message.data()));
  }
  return child;
}

Child::~Child() { End(); }

bool Child::IsAlive() const {
  siginfo_t ended{};
  const int result = ::waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT);
  return result == 0 && ended.si_pid == 0;
}

absl::Status Child::AllowTime(absl::Duration cpu) {
  clockid_t its_time{};
  timespec used{};
  if (const int error = clock_getcpuclockid(pid_, &its_time); error != 0) {
    return Failed("clock_getcpuclockid", error);
  }
  if (clock_gettime(its_time, &used) != 0) return Failed("clock_gettime", errno);
  // RLIMIT_CPU has whole seconds; one more second covers the fraction already used.
  const auto most = static_cast<rlim_t>(
      used.tv_sec + absl::ToInt64Seconds(absl::Ceil(cpu, absl::Seconds(1))) + 1);
  const rlimit limit{.rlim_cur = most, .rlim_max = RLIM_INFINITY};
  return prlimit(pid_, RLIMIT_CPU, &limit, nullptr) == 0 ? absl::OkStatus()
                                                         : Failed("prlimit", errno);
}

absl::StatusOr<Reply> Child::Ask(const Request& request, const Descriptor& file,
                                 const Descriptor& pixels, const base::CallContext& context,
                                 const base::Clock& clock) {
  const std::array<const Descriptor*, 2> descriptors{&file, &pixels};
  if (!Send(socket_, std::as_bytes(std::span(&request, 1)), descriptors)) {
    return absl::AbortedError("the decoder process has exited");
  }
  return Answer(context, clock);
}

absl::StatusOr<Reply> Child::Answer(const base::CallContext& context, const base::Clock& clock) {
  const Descriptor stopped(::eventfd(0, EFD_CLOEXEC));
  if (!stopped.valid()) return Failed("eventfd", errno);
  const std::stop_callback on_stop(context.stop, [&stopped] {
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(stopped.get(), &one, sizeof(one));
  });
  std::array<pollfd, 2> waits{pollfd{.fd = socket_.get(), .events = POLLIN, .revents = 0},
                              pollfd{.fd = stopped.get(), .events = POLLIN, .revents = 0}};
  while (true) {
    MARQUEE_RETURN_IF_ERROR(context.Check(clock));
    const int ready =
        ::poll(waits.data(), waits.size(), MillisecondsUntil(context.deadline, clock));
    if (ready < 0 && errno != EINTR) return Failed("poll", errno);
    if (ready > 0 && waits[0].revents != 0) break;
  }
  Reply reply;
  std::vector<Descriptor> none;
  if (!Receive(socket_, std::as_writable_bytes(std::span(&reply, 1)), none)) {
    return absl::AbortedError("the decoder process has exited");
  }
  reply.message.back() = '\0';
  return reply;
}

std::string Child::End() {
  if (pid_ <= 0) return "already ended";
  socket_.Close();
  // A process that has already exited keeps its own status.
  int status = 0;
  const pid_t pid = std::exchange(pid_, 0);
  if (::waitpid(pid, &status, WNOHANG) != pid) {
    ::kill(pid, SIGKILL);
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
  }
  if (WIFSIGNALED(status)) {
    const char* name = sigabbrev_np(WTERMSIG(status));
    return fmt::format("signal {} (SIG{})", WTERMSIG(status), name == nullptr ? "?" : name);
  }
  return fmt::format("exit status {}", WEXITSTATUS(status));
}

}  // namespace marquee::imageproc::sandbox
