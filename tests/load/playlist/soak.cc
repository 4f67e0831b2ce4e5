// Hours with servers that fail, return wrong data and change; see scripts/soak/playlist.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/load/playlist/memory.h"
#include "tests/load/playlist/server_process.h"
#include "tests/load/playlist/service.h"
#include "tests/support/fake_jellyfin.h"

namespace marquee::playlist {
namespace {

using testing::FakeHttpServer;
using testing::FakeJellyfin;
using Ending = FakeHttpServer::Ending;
using Reply = FakeHttpServer::Reply;

constexpr size_t kServers = 5;  // the first always works correctly
constexpr size_t kTitles = 400;
constexpr size_t kMostTitles = 2'000;  // the maximum size of a library
constexpr double kMaxGrowthMb = 24;    // of resident memory, after the first quarter of the time

// ---- the media servers (child process)

// The response of a server to everything except images. Nothing: the correct one.
std::vector<Reply> Moods() {
  const std::string begun = "{\"Items\":[" + std::string(1 << 20, ' ');
  return {{.ending = Ending::kHang},
          {.body = begun, .ending = Ending::kResetMidBody},
          {.body = begun, .ending = Ending::kCloseMidBody},
          {.body = begun, .ending = Ending::kHangMidBody},
          {.body = begun, .ending = Ending::kEndless},
          {.body = begun, .ending = Ending::kDrip},
          {.body = "<html>Sign in</html>"},
          {.status = 500},
          {.status = 429, .headers = {{"Retry-After", "1"}}},
          {.body = std::string(100'000, '[')},
          {.body = "{\"Items\":[],\"TotalRecordCount\":0}"},
          {.body = "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
           .ending = Ending::kRaw}};
}

class MoodyServer {
 public:
  explicit MoodyServer(std::string name) : name_(std::move(name)) {
    library_ = server_.AddLibrary("Movies", "movies");
    server_.AddTitles(library_, "Movie", name_, kTitles);
  }
  uint16_t port() { return server_.server().port(); }

  void Change(std::minstd_rand& random) {
    server_.server().ForgetRequests();
    // Half of the time it works correctly, and its library changes.
    const std::array<std::string, 3> paths = {"/Items", "/Items/Counts", "/Library/VirtualFolders"};
    const bool honest = random() % 2 == 0;
    for (const std::string& path : paths) {
      if (honest) {
        server_.server().Off(path);
      } else if (random() % 2 == 0) {
        server_.server().On(path, moods_[random() % moods_.size()]);
      }
    }
    if (honest && titles_ < kMostTitles) {
      server_.AddNewTitle(library_, "Movie", fmt::format("{} new {}", name_, titles_++));
      server_.ChangeEntry(library_, "Movie", random() % kTitles, "story", "Story");
    }
  }

 private:
  const std::string name_;
  const std::vector<Reply> moods_ = Moods();
  FakeJellyfin server_;
  std::string library_;
  size_t titles_ = kTitles;
};

[[noreturn]] void BeServers(uint32_t seed) {
  std::vector<std::unique_ptr<MoodyServer>> servers;
  std::vector<uint16_t> ports;
  for (size_t i = 0; i < kServers; ++i) {
    servers.push_back(std::make_unique<MoodyServer>(fmt::format("Film {}", i)));
    ports.push_back(servers.back()->port());
  }
  std::thread([&servers, seed] {
    std::minstd_rand random(seed);
    while (true) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100 + random() % 500));
      servers[1 + random() % (kServers - 1)]->Change(random);
    }
  }).detach();
  ServeUntilKilled(ports);
}

// ---- the checks

class Soak {
 public:
  explicit Soak(uint32_t seed)
      : random_(seed), process_({"playlist_soak", "--serve", std::to_string(seed)}, kServers) {
    std::vector<std::string> urls;
    for (size_t i = 0; i < kServers; ++i) urls.push_back(process_.url(i));
    service_ = std::make_unique<Service>(
        urls, ", refresh_budget: 2s, max_items: 100000",
        ", movie_libraries: [Movies], max_movies: 10000, request_timeout: 1s",
        // Without the circuit breaker, which has its own tests: a host that is not called tests
        // nothing.
        "upstream: {breaker_failures: 100, attempts: 2}\n");
  }

  // False: a check failed.
  bool Run(std::chrono::seconds time) {
    const auto began = std::chrono::steady_clock::now();
    const auto end = began + time;
    auto told = began;
    service_->UntilReady();
    for (auto now = began; now < end && good_; now = std::chrono::steady_clock::now()) {
      Round();
      if (settled_mb_ == 0 && now > began + time / 4) {
        settled_mb_ = Memory("VmRSS");
        settled_allocated_mb_ = Allocated();
      }
      if (now < told + std::chrono::seconds(10)) continue;
      told = now;
      Tell();
    }
    Tell();
    const double grown = Memory("VmRSS") - settled_mb_;
    fmt::print(
        "since a quarter of the time: {:+.1f} MB resident, {:+.1f} MB allocated; peak {:.1f} MB\n",
        grown, Allocated() - settled_allocated_mb_, Memory("VmHWM"));
    if (grown > kMaxGrowthMb) Fail(fmt::format("it grew by more than {} MB", kMaxGrowthMb));
    if (failures_ == 0) Fail("no source ever failed, so nothing was tested");
    return good_;
  }

 private:
  void Round() {
    const auto round = service_->Refresh(random_() % 4 == 0);
    ++rounds_;
    longest_ = std::max(longest_, round.took);
    for (const auto& result : round.response.results()) {
      int& most = most_[result.source()];
      if (result.items() < most) {
        Fail(fmt::format("round {}: {} has {} titles where it had {} ({})", rounds_,
                         result.source(), result.items(), most, result.error()));
      }
      most = std::max(most, result.items());
      if (!result.error().empty()) {
        ++failures_;
        if (result.source() == "S0") Fail("the correct server: " + result.error());
      }
    }
  }

  void Tell() const {
    std::string titles;
    for (const auto& [source, most] : most_) titles += fmt::format(" {}", most);
    fmt::print(
        "{} rounds, {} failed answers, longest {:.2f} s, titles{}; {:.1f} MB, {:.1f} given out\n",
        rounds_, failures_, absl::ToDoubleSeconds(longest_), titles, Memory("VmRSS"), Allocated());
  }

  void Fail(const std::string& what) {
    fmt::print("FAILED: {}\n", what);
    good_ = false;
  }

  std::minstd_rand random_;
  ServerProcess process_;
  std::unique_ptr<Service> service_;
  std::map<std::string, int> most_;
  int rounds_ = 0;
  int failures_ = 0;
  absl::Duration longest_;
  double settled_mb_ = 0;
  double settled_allocated_mb_ = 0;
  bool good_ = true;
};

}  // namespace

int RunSoak(int argc, char** argv) {
  if (argc == 3 && std::string(argv[1]) == "--serve") {
    BeServers(static_cast<uint32_t>(std::strtoul(argv[2], nullptr, 10)));
  }
  setvbuf(stdout, nullptr, _IOLBF, 0);
  const int seconds = argc > 1 ? std::atoi(argv[1]) : 120;
  const auto seed = static_cast<uint32_t>(argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 1);
  fmt::print("{} s of {} servers, seed {}\n", seconds, kServers, seed);
  return Soak(seed).Run(std::chrono::seconds(seconds)) ? 0 : 1;
}

}  // namespace marquee::playlist

int main(int argc, char** argv) { return marquee::playlist::RunSoak(argc, argv); }
