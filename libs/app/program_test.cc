// Tests RunProgram from outside: runs libs_app_test_program (program_test_main.cc) as a process.
#include "libs/app/program.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "libs/app/version.h"
#include "libs/testing/temp_dir.h"

namespace marquee::app {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

// A process. Standard output can be read while it runs, standard error after it has ended.
class Child {
 public:
  // `error`: its standard error; -1: a file, which Errors() reads. `output`: its standard output;
  // -1: a pipe, which Line() reads.
  Child(const std::vector<std::string>& arguments, const std::vector<std::string>& environment,
        int error = -1, int output = -1) {
    const std::string error_file = (dir_ / "stderr").string();
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    out_ = ends[0];
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, output >= 0 ? output : ends[1], 1);
    if (error >= 0) {
      posix_spawn_file_actions_adddup2(&actions, error, 2);
    } else {
      posix_spawn_file_actions_addopen(&actions, 2, error_file.c_str(), O_WRONLY | O_CREAT, 0600);
    }

    std::vector<std::string> command = {TEST_PROGRAM};
    command.insert(command.end(), arguments.begin(), arguments.end());
    EXPECT_EQ(posix_spawn(&pid_, TEST_PROGRAM, &actions, nullptr, Pointers(command).data(),
                          Pointers(environment).data()),
              0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
  }
  ~Child() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    close(out_);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // The next line of standard output; waits for it.
  std::string Line() const {
    std::string line;
    for (char c; read(out_, &c, 1) == 1 && c != '\n';) line += c;
    return line;
  }
  std::string RestOfOutput() const {
    std::string text;
    for (char c; read(out_, &c, 1) == 1;) text += c;
    return text;
  }
  pid_t pid() const { return pid_; }
  void Signal(int number) const { kill(pid_, number); }

  // Waits for the end; returns the exit code, or -1 if a signal killed the process.
  int Wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  // The text of standard error. Call it after Wait().
  std::string Errors() const {
    std::ostringstream text;
    text << std::ifstream(dir_ / "stderr").rdbuf();
    return text.str();
  }

 private:
  static std::vector<char*> Pointers(const std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
    pointers.push_back(nullptr);
    return pointers;
  }

  const testing::TempDir dir_;
  pid_t pid_ = -1;
  int out_ = -1;
};

struct Result {
  int code;
  std::string out;
  std::string errors;
};

Result RunToEnd(const std::vector<std::string>& arguments,
                const std::vector<std::string>& environment = {}) {
  Child child(arguments, environment);
  const std::string out = child.RestOfOutput();
  const int code = child.Wait();
  return {code, out, child.Errors()};
}

// The socket on which systemd listens for sd_notify(3).
class NotifySocket {
 public:
  NotifySocket() {
    socket_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    path().copy(address.sun_path, sizeof(address.sun_path) - 1);
    EXPECT_EQ(bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  }
  ~NotifySocket() { close(socket_); }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  std::string path() const { return (dir_ / "notify").string(); }
  // The next message; waits for it.
  std::string Receive() const {
    std::string message(4096, '\0');
    const ssize_t length = recv(socket_, message.data(), message.size(), 0);
    return message.substr(0, length > 0 ? static_cast<size_t>(length) : 0);
  }

 private:
  const testing::TempDir dir_;
  int socket_ = -1;
};

TEST(ProgramTest, ReportsReadyAliveAndStoppingToSystemd) {
  const NotifySocket systemd;
  const testing::TempDir dir;
  Child child({"--data-dir", dir.path().string()},
              {"NOTIFY_SOCKET=" + systemd.path(), "WATCHDOG_USEC=2000"});

  EXPECT_THAT(systemd.Receive(), StartsWith("READY=1\nSTATUS=nothing listening"));
  EXPECT_EQ(systemd.Receive(), "WATCHDOG=1");
  EXPECT_EQ(systemd.Receive(), "WATCHDOG=1");
  child.Signal(SIGTERM);
  std::string last = systemd.Receive();
  while (last == "WATCHDOG=1") last = systemd.Receive();
  EXPECT_THAT(last, StartsWith("STOPPING=1"));
  EXPECT_EQ(child.Wait(), 0);
}

TEST(ProgramTest, StartsAndEndsWhileNothingReadsItsStandardError) {
  const testing::TempDir dir;
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
  while (write(ends[1], "\n", 1) == 1) {
  }
  fcntl(ends[1], F_SETFL, 0);
  Child child({"--data-dir", dir.path().string()}, {}, ends[1]);
  close(ends[1]);

  EXPECT_THAT(child.Line(), StartsWith("nothing listening"));
  child.Signal(SIGTERM);
  EXPECT_EQ(child.Line(), "draining for at most 10 s");
  EXPECT_EQ(child.Wait(), 0);
  close(ends[0]);
}

// A full pipe as a descriptor of the child; nothing reads it.
class FullPipe {
 public:
  FullPipe() {
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    while (write(ends[1], "\n", 1) == 1) {
    }
    fcntl(ends[1], F_SETFL, 0);
    read_ = ends[0];
    write_ = ends[1];
  }
  ~FullPipe() {
    close(read_);
    close(write_);
  }
  FullPipe(const FullPipe&) = delete;
  FullPipe& operator=(const FullPipe&) = delete;
  int end() const { return write_; }

 private:
  int read_ = -1;
  int write_ = -1;
};

TEST(ProgramTest, StartErrorsEndTheProgramThoughNothingReadsItsStandardError) {
  const FullPipe pipe;
  EXPECT_EQ(Child({"--data-dir", "/no/such"}, {}, pipe.end()).Wait(), 1);
  EXPECT_EQ(Child({"--no-such-flag"}, {}, pipe.end()).Wait(), 2);
}

TEST(ProgramTest, ServesAndEndsThoughNothingReadsItsReadyLine) {
  const NotifySocket systemd;
  const FullPipe pipe;
  Child child({}, {"NOTIFY_SOCKET=" + systemd.path()}, -1, pipe.end());

  EXPECT_THAT(systemd.Receive(), StartsWith("READY=1\nSTATUS=nothing listening"));
  child.Signal(SIGTERM);
  EXPECT_THAT(systemd.Receive(), StartsWith("STOPPING=1"));
  // The drain of the test program itself prints with blocking stdio: only Marquee's own part
  // counts.
  child.Signal(SIGKILL);
}

TEST(ProgramTest, NamesASettingsFileWithSecretsThatIsOpenToOthers) {
  const testing::TempDir dir;
  const std::string secret = dir.Write("secret.yaml", "token: hunter2").string();
  const std::string plain = dir.Write("plain.yaml", "log_level: info").string();
  const auto log = [](const std::string& file, mode_t mode) {
    chmod(file.c_str(), mode);
    Child child({"--config", file}, {});
    EXPECT_THAT(child.Line(), StartsWith("nothing listening"));
    child.Signal(SIGTERM);
    child.Wait();
    return child.Errors();
  };
  for (const mode_t mode : {0644, 0604, 0602, 0666}) {
    EXPECT_THAT(log(secret, mode), AllOf(HasSubstr("chmod 600"), HasSubstr(secret)));
  }
  EXPECT_THAT(log(secret, 0600), Not(HasSubstr("chmod 600")));
  EXPECT_THAT(log(secret, 0640), Not(HasSubstr("chmod 600")));  // of the program's own group
  EXPECT_THAT(log(plain, 0644), Not(HasSubstr("chmod 600")));
}

TEST(ProgramTest, LeavesNoCoreDumpUnlessTheSettingsAllowIt) {
  const testing::TempDir dir;
  const std::string settings = dir.Write("dumps.yaml", "core_dumps: true").string();
  for (const bool allowed : {false, true}) {
    std::vector<std::string> arguments = {"--data-dir", dir.path().string()};
    if (allowed) arguments.insert(arguments.end(), {"--config", settings});
    Child child(arguments, {});
    EXPECT_THAT(child.Line(), StartsWith("nothing listening"));
    struct rlimit limit{};
    ASSERT_EQ(prlimit(child.pid(), RLIMIT_CORE, nullptr, &limit), 0);
    EXPECT_EQ(limit.rlim_cur, allowed ? limit.rlim_max : 0U);
  }
}

TEST(ProgramTest, PrintsVersionAndFlags) {
  const Result version = RunToEnd({"--version"});
  const Result help = RunToEnd({"--help"});

  EXPECT_EQ(version.code, 0);
  EXPECT_EQ(version.out, "nothing " + std::string(Version()) + "\n");
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, AllOf(HasSubstr("--config FILE"), HasSubstr("--check-config"),
                              HasSubstr("--data-dir DIR")));
}

TEST(ProgramTest, ReportsAnUnknownFlagInOneLineWithExitCodeTwo) {
  const Result result = RunToEnd({"--data-dri", "/"});

  EXPECT_EQ(result.code, 2);
  EXPECT_EQ(result.errors,
            "nothing: unknown flag --data-dri; the nearest valid one is --data-dir\n");
}

TEST(ProgramTest, ChecksSettingsWithoutStarting) {
  const testing::TempDir dir;
  const std::string good = dir.Write("good.yaml", "data_dir: /no/such").string();
  const std::string bad = dir.Write("bad.yaml", "data_dri: /").string();

  const Result valid = RunToEnd({"--config", good, "--check-config"});
  const Result invalid = RunToEnd({"--config", bad, "--check-config"});
  const Result adjusted = RunToEnd({"--check-config", "--posters=a", "--posters=b", "--posters=c"});

  EXPECT_EQ(valid.code, 0);
  EXPECT_EQ(valid.out, "configuration is valid\n");
  EXPECT_EQ(valid.errors, "");
  EXPECT_EQ(invalid.code, 78);
  EXPECT_EQ(invalid.errors,
            "nothing: " + bad + ":1: data_dri: unknown key; the nearest valid one is data_dir\n");
  EXPECT_EQ(adjusted.code, 78);
  EXPECT_EQ(adjusted.errors, "nothing: --posters: expected at most two\n");
}

TEST(ProgramTest, ReportsAFailedStartInExactlyOneLineWithExitCodeOne) {
  const Result folder = RunToEnd({"--data-dir", "/no/such"}, {"MARQUEE_LOG_LEVEL=debug"});
  const Result variable = RunToEnd({}, {"MARQUEE_DATA_DRI=/"});

  EXPECT_EQ(folder.code, 1);
  EXPECT_EQ(folder.out, "");
  EXPECT_EQ(folder.errors,
            "nothing: data_dir: cannot stat /no/such: No such file or directory; make the "
            "folder\n");
  EXPECT_EQ(variable.code, 1);
  EXPECT_THAT(variable.errors, MatchesRegex("nothing: MARQUEE_DATA_DRI: unknown [^\n]*\n"));
}

TEST(ProgramTest, FailsTheStartWhenTheOpsPortIsInUse) {
  Child first({}, {"MARQUEE_OPS_LISTEN=127.0.0.1:0"});
  const std::string line = first.Line();
  const std::string address = line.substr(line.rfind(' ') + 1);

  const Result second = RunToEnd({}, {"MARQUEE_OPS_LISTEN=" + address});

  EXPECT_EQ(second.code, 1);
  EXPECT_THAT(second.errors, MatchesRegex("nothing: [^\n]*" + address +
                                          ": the port is in use; set ops_listen [^\n]*\n"));
}

TEST(ProgramTest, DrainsAfterTheFirstSignalAndExitsWithZero) {
  for (const int signal : {SIGTERM, SIGINT}) {
    Child child({}, {"MARQUEE_DRAIN_TIMEOUT=7s", "MARQUEE_TOKEN=hunter2"});
    EXPECT_THAT(child.Line(), StartsWith("nothing listening"));

    child.Signal(signal);

    EXPECT_EQ(child.Line(), "draining for at most 7 s");
    EXPECT_EQ(child.Wait(), 0);
    EXPECT_THAT(child.Errors(), AllOf(HasSubstr("\"msg\":\"starting\""),
                                      HasSubstr("\"msg\":\"looking for the data folder\""),
                                      HasSubstr("\"msg\":\"ended\""), HasSubstr("[redacted]"),
                                      Not(HasSubstr("hunter2"))));
  }
}

TEST(ProgramTest, EndsAfterItsDrainTimeoutThoughADrainHangs) {
  Child child({"--hang"}, {"MARQUEE_DRAIN_TIMEOUT=1ms"});
  EXPECT_THAT(child.Line(), StartsWith("nothing listening"));

  child.Signal(SIGTERM);

  EXPECT_EQ(child.Wait(), 0);
  EXPECT_THAT(child.Errors(), HasSubstr("threads do not end"));
}

TEST(ProgramTest, ASecondSignalEndsAProgramThatHangsWhileDraining) {
  Child child({"--hang"}, {});
  EXPECT_THAT(child.Line(), StartsWith("nothing listening"));
  child.Signal(SIGTERM);
  EXPECT_THAT(child.Line(), StartsWith("draining"));

  child.Signal(SIGTERM);

  EXPECT_EQ(child.Wait(), 128 + SIGTERM);
}

}  // namespace
}  // namespace marquee::app
