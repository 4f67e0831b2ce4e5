// What a refresh costs; see scripts/bench/playlist. The media servers run in a child process, which
// is told what to be by a line on a pipe and answers with its port.
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "libs/config/loader.h"
#include "libs/files/real_file_system.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/server.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/temp_dir.h"
#include "marquee/playlist/v1/playlist_service.grpc.pb.h"
#include "services/playlist/playlist_module.h"
#include "tests/support/fake_jellyfin.h"

namespace marquee::playlist {
namespace {

using testing::FakeHttpServer;
using testing::FakeJellyfin;
using Ending = FakeHttpServer::Ending;

double Seconds(absl::Duration duration) { return absl::ToDoubleSeconds(duration); }

// Of this process, in MB: resident now, and the most since ResetPeak.
double Memory(const char* field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field)) return std::atof(line.c_str() + line.find(':') + 1) / 1024;
  }
  return 0;
}
void ResetPeak() { std::ofstream("/proc/self/clear_refs") << "5"; }

// ---- the child

struct Script {
  size_t titles = 0;
  int libraries = 1;
  int delay_ms = 0;        // of each listing
  std::string fault = {};  // of the second round on; empty: none
};

FakeHttpServer::Reply FaultOf(const std::string& fault) {
  if (fault == "hang") return {.ending = Ending::kHang};
  if (fault == "reset") {
    return {.body = "{\"Items\":[" + std::string(1 << 20, ' '), .ending = Ending::kResetMidBody};
  }
  if (fault == "html") return {.body = "<html>Sign in</html>"};
  if (fault == "500") return {.status = 500};
  if (fault == "2GB") {
    return {.body = "{\"Items\":[" + std::string(1 << 20, ' '), .ending = Ending::kEndless};
  }
  return {.body = std::string(100'000, '[')};
}

// Never returns.
[[noreturn]] void BeServer(const Script& script) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  FakeJellyfin server;
  std::vector<std::string> libraries;
  for (int i = 0; i < script.libraries; ++i) {
    libraries.push_back(server.AddLibrary(fmt::format("Movies {}", i), "movies"));
    server.AddTitles(libraries.back(), "Movie", fmt::format("Film {}", i),
                     script.titles / static_cast<size_t>(script.libraries));
  }
  std::atomic<bool> first = true;
  if (script.delay_ms > 0 || !script.fault.empty()) {
    // The request that every full round begins with.
    server.server().On("/Library/VirtualFolders", [&](const FakeHttpServer::Request&) {
      if (!first.exchange(false) && !script.fault.empty()) return FaultOf(script.fault);
      std::this_thread::sleep_for(std::chrono::milliseconds(script.delay_ms));
      return FakeHttpServer::Reply{
          .body = fmt::format(R"([{{"Name":"Movies 0","CollectionType":"movies","ItemId":"{}"}}])",
                              libraries.front())};
    });
  }
  const uint16_t port = server.server().port();
  if (write(STDOUT_FILENO, &port, sizeof port) != sizeof port) _exit(1);
  while (true) pause();
}

class ServerProcess {
 public:
  explicit ServerProcess(const Script& script) {
    std::array<int, 2> pipes = {};
    if (pipe(pipes.data()) != 0) std::abort();
    pid_ = fork();
    if (pid_ == 0) {
      // This very program again: what the parent's threads hold is none of the server's business.
      dup2(pipes[1], STDOUT_FILENO);
      execl("/proc/self/exe", "playlist_bench", "--serve", std::to_string(script.titles).c_str(),
            std::to_string(script.libraries).c_str(), std::to_string(script.delay_ms).c_str(),
            script.fault.c_str(), nullptr);
      _exit(1);
    }
    close(pipes[1]);
    if (read(pipes[0], &port_, sizeof port_) != sizeof port_) std::abort();
    close(pipes[0]);
  }
  ~ServerProcess() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  ServerProcess(ServerProcess&& other) noexcept
      : pid_(std::exchange(other.pid_, 0)), port_(other.port_) {}
  ServerProcess& operator=(ServerProcess&&) = delete;

  std::string url() const { return fmt::format("http://127.0.0.1:{}", port_); }

 private:
  pid_t pid_ = 0;
  uint16_t port_ = 0;
};

// ---- the service

class Service {
 public:
  Service(const std::vector<ServerProcess>& servers, const std::string& more_refresh,
          const std::string& more_source) {
    std::string yaml = fmt::format("data_dir: {}\nplaylist: {{refresh_every: 0s{}}}\nsources:\n",
                                   (dir_ / "data").string(), more_refresh);
    for (size_t i = 0; i < servers.size(); ++i) {
      yaml += fmt::format("- {{name: S{}, type: jellyfin, url: '{}', token: {}{}}}\n", i,
                          servers[i].url(), FakeJellyfin::kToken, more_source);
    }
    config::Input input;
    input.file = dir_.Write("marquee.yaml", yaml).string();
    if (const auto loaded = config::Load(input, files_, settings_); !loaded.ok()) {
      std::cerr << loaded << "\n";
      std::abort();
    }
    module_ = *PlaylistModule::Create(
        settings_, {.clock = clock_, .logger = logger_, .metrics = metrics_, .files = files_});
    began_ = clock_.Monotonic();
    if (!module_->Start().ok()) std::abort();
    server_ = *rpc::Server::Start({.listen = "127.0.0.1:0"}, module_->services(), metrics_, clock_);
    stub_ =
        v1::PlaylistService::NewStub(rpc::Connect(fmt::format("127.0.0.1:{}", server_->port())));
  }
  ~Service() {
    module_->Drain(clock_.Now());
    server_->Drain(clock_.Now() + absl::Seconds(1));
  }

  struct Round {
    v1::RefreshPlaylistResponse response;
    absl::Duration took;
  };
  Round Refresh(bool full = false) {
    const absl::Duration began = clock_.Monotonic();
    v1::RefreshPlaylistRequest request;
    request.set_full(full);
    Round round;
    grpc::ClientContext context;
    const auto status = stub_->RefreshPlaylist(&context, request, &round.response);
    if (!status.ok()) std::cerr << status.error_message() << "\n";
    round.took = clock_.Monotonic() - began;
    return round;
  }
  // From the start until the first playlist is there.
  absl::Duration UntilReady() {
    while (true) {
      v1::GetPlaylistResponse response;
      grpc::ClientContext context;
      if (stub_->GetPlaylist(&context, {}, &response).ok()) return clock_.Monotonic() - began_;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
  double Metric(const std::string& name, const obs::Labels& labels) {
    return metrics_.counter(name, "", labels).value();
  }

 private:
  testing::TempDir dir_;
  base::SystemClock clock_;
  obs::Metrics metrics_;
  files::RealFileSystem files_;
  testing::CapturingLogger logger_;
  PlaylistSettings settings_;
  absl::Duration began_;
  std::unique_ptr<PlaylistModule> module_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<v1::PlaylistService::Stub> stub_;
};

// ---- what is measured

void ThreeSlowSources() {
  std::vector<ServerProcess> servers;
  for (int i = 0; i < 3; ++i) servers.emplace_back(Script{.titles = 100, .delay_ms = 2000});
  Service service(servers, "", ", movie_libraries: [Movies 0]");
  fmt::print("three sources that take 2 s each: ready after {:.2f} s\n",
             Seconds(service.UntilReady()));
}

void OneThatHangsFromTheStart() {
  std::vector<ServerProcess> servers;
  for (int i = 0; i < 2; ++i) servers.emplace_back(Script{.titles = 100, .delay_ms = 2000});
  servers.emplace_back(Script{.titles = 100, .delay_ms = 60'000});
  Service service(servers, "", ", movie_libraries: [Movies 0]");
  fmt::print("two that take 2 s, one that hangs: the two are there after {:.2f} s\n",
             Seconds(service.UntilReady()));
}

void OneBrokenSource() {
  for (const std::string fault : {"hang", "reset", "html", "500", "2GB", "brackets"}) {
    std::vector<ServerProcess> servers;
    servers.emplace_back(Script{.titles = 100});
    servers.emplace_back(Script{.titles = 100});
    servers.emplace_back(Script{.titles = 100, .fault = fault});
    Service service(servers, ", refresh_budget: 3s", ", movie_libraries: [Movies 0]");
    service.UntilReady();
    ResetPeak();
    const double before = Memory("VmRSS");
    const auto round = service.Refresh(true);
    int items = 0;
    std::string error;
    for (const auto& result : round.response.results()) {
      items += result.items();
      if (!result.error().empty()) error = result.error();
    }
    fmt::print(
        "one of three: {:<9} round {:.2f} s, {} of 300 titles stay, peak +{:.1f} MB, \"{}\"\n",
        fault, Seconds(round.took), items, Memory("VmHWM") - before, error);
  }
}

void ManyTitles(size_t titles) {
  for (const size_t share : {10, 4, 2, 1}) {
    const size_t count = titles / share;
    std::vector<ServerProcess> servers;
    servers.emplace_back(Script{.titles = count, .libraries = 4});
    Service service(servers, ", refresh_budget: 5m, max_items: 5000",
                    ", movie_libraries: [Movies 0, Movies 1, Movies 2, Movies 3], "
                    "max_movies: 5000, request_timeout: 60s");
    service.UntilReady();
    ResetPeak();
    const double before = Memory("VmRSS");
    const auto full = service.Refresh(true);
    const double peak = Memory("VmHWM") - before;
    const double requests =
        service.Metric("marquee_upstream_requests_total", {{"upstream", "S0"}, {"result", "ok"}});
    const auto second = service.Refresh();
    const double more =
        service.Metric("marquee_upstream_requests_total", {{"upstream", "S0"}, {"result", "ok"}}) -
        requests;
    fmt::print(
        "{:>6} titles in 4 libraries: {:.2f} s, {:.3f} s a 10,000, peak +{:.1f} MB; {} in the "
        "playlist; an unchanged round {:.3f} s and {} requests\n",
        count, Seconds(full.took), Seconds(full.took) * 10'000 / static_cast<double>(count), peak,
        full.response.total_size(), Seconds(second.took), more);
    const double made =
        service.Metric("marquee_upstream_connections_total", {{"upstream", "S0"}, {"kind", "new"}});
    const double reused = service.Metric("marquee_upstream_connections_total",
                                         {{"upstream", "S0"}, {"kind", "reused"}});
    fmt::print("       connections: {} new, {} reused: {:.1f} %\n", made, reused,
               100 * reused / (made + reused));
  }
}

void Overlapping() {
  std::vector<ServerProcess> servers;
  servers.emplace_back(Script{.titles = 5000});
  Service service(servers, "", ", movie_libraries: [Movies 0]");
  service.UntilReady();
  const auto requests = [&] {
    return service.Metric("marquee_upstream_requests_total",
                          {{"upstream", "S0"}, {"result", "ok"}});
  };
  const double before = requests();
  service.Refresh(true);
  const double one = requests() - before;
  std::vector<std::thread> callers;
  for (int i = 0; i < 50; ++i) callers.emplace_back([&] { service.Refresh(true); });
  for (std::thread& caller : callers) caller.join();
  fmt::print("50 overlapping refreshes: {} requests, one refresh: {}\n", requests() - before - one,
             one);
}

}  // namespace

int Run(int argc, char** argv) {
  if (argc == 6 && std::string(argv[1]) == "--serve") {
    BeServer({.titles = std::strtoull(argv[2], nullptr, 10),
              .libraries = std::atoi(argv[3]),
              .delay_ms = std::atoi(argv[4]),
              .fault = argv[5]});
  }
  setvbuf(stdout, nullptr, _IOLBF, 0);
  ThreeSlowSources();
  OneThatHangsFromTheStart();
  OneBrokenSource();
  ManyTitles(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000);
  Overlapping();
  return 0;
}

}  // namespace marquee::playlist

int main(int argc, char** argv) { return marquee::playlist::Run(argc, argv); }
