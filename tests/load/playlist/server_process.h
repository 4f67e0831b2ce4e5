// Media servers in a separate process, so that the reported memory is the service's. The process
// runs this program again with arguments that select the server; it replies with its ports.
#pragma once

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace marquee::playlist {

// In the child process: sends the ports, then serves until it is killed.
[[noreturn]] inline void ServeUntilKilled(const std::vector<uint16_t>& ports) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  const size_t bytes = ports.size() * sizeof(uint16_t);
  if (write(STDOUT_FILENO, ports.data(), bytes) != static_cast<ssize_t>(bytes)) _exit(1);
  while (true) pause();
}

class ServerProcess {
 public:
  ServerProcess(std::vector<std::string> arguments, size_t servers) : ports_(servers) {
    std::array<int, 2> pipes = {};
    if (pipe(pipes.data()) != 0) std::abort();
    pid_ = fork();
    if (pid_ == 0) {
      dup2(pipes[1], STDOUT_FILENO);
      std::vector<char*> argv;
      for (std::string& argument : arguments) argv.push_back(argument.data());
      argv.push_back(nullptr);
      execv("/proc/self/exe", argv.data());
      _exit(1);
    }
    close(pipes[1]);
    for (uint16_t& port : ports_) {
      if (read(pipes[0], &port, sizeof port) != sizeof port) std::abort();
    }
    close(pipes[0]);
  }
  ~ServerProcess() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  ServerProcess(ServerProcess&& other) noexcept
      : pid_(std::exchange(other.pid_, 0)), ports_(std::move(other.ports_)) {}
  ServerProcess& operator=(ServerProcess&&) = delete;

  std::string url(size_t server = 0) const {
    return fmt::format("http://127.0.0.1:{}", ports_.at(server));
  }

 private:
  pid_t pid_ = 0;
  std::vector<uint16_t> ports_;
};

}  // namespace marquee::playlist
