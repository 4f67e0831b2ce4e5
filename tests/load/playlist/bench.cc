// The cost of a refresh; see scripts/bench/playlist.
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
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

double Seconds(absl::Duration duration) { return absl::ToDoubleSeconds(duration); }

// ---- the media servers (child process)

struct Script {
  size_t titles = 0;
  int libraries = 1;
  int delay_ms = 0;        // of each listing
  std::string fault = {};  // from the second round on; empty: none
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

// Does not return.
[[noreturn]] void BeServer(const Script& script) {
  FakeJellyfin server;
  std::vector<std::string> libraries;
  for (int i = 0; i < script.libraries; ++i) {
    libraries.push_back(server.AddLibrary(fmt::format("Movies {}", i), "movies"));
    server.AddTitles(libraries.back(), "Movie", fmt::format("Film {}", i),
                     script.titles / static_cast<size_t>(script.libraries));
  }
  std::atomic<bool> first = true;
  if (script.delay_ms > 0 || !script.fault.empty()) {
    // The first request of every full round.
    server.server().On("/Library/VirtualFolders", [&](const FakeHttpServer::Request&) {
      if (!first.exchange(false) && !script.fault.empty()) return FaultOf(script.fault);
      std::this_thread::sleep_for(std::chrono::milliseconds(script.delay_ms));
      return FakeHttpServer::Reply{
          .body = fmt::format(R"([{{"Name":"Movies 0","CollectionType":"movies","ItemId":"{}"}}])",
                              libraries.front())};
    });
  }
  ServeUntilKilled({server.server().port()});
}

ServerProcess Start(const Script& script) {
  return ServerProcess(
      {"playlist_bench", "--serve", std::to_string(script.titles), std::to_string(script.libraries),
       std::to_string(script.delay_ms), script.fault},
      1);
}

std::vector<std::string> UrlsOf(const std::vector<ServerProcess>& servers) {
  std::vector<std::string> urls;
  for (const ServerProcess& server : servers) urls.push_back(server.url());
  return urls;
}

// ---- the measurements

void ThreeSlowSources() {
  std::vector<ServerProcess> servers;
  for (int i = 0; i < 3; ++i) servers.push_back(Start({.titles = 100, .delay_ms = 2000}));
  Service service(UrlsOf(servers), "", ", movie_libraries: [Movies 0]");
  fmt::print("three sources that take 2 s each: ready after {:.2f} s\n",
             Seconds(service.UntilReady()));
}

void OneThatHangsFromTheStart() {
  std::vector<ServerProcess> servers;
  for (int i = 0; i < 2; ++i) servers.push_back(Start({.titles = 100, .delay_ms = 2000}));
  servers.push_back(Start({.titles = 100, .delay_ms = 60'000}));
  Service service(UrlsOf(servers), "", ", movie_libraries: [Movies 0]");
  fmt::print("two that take 2 s, one that hangs: the two are there after {:.2f} s\n",
             Seconds(service.UntilReady()));
}

void OneBrokenSource() {
  for (const std::string fault : {"hang", "reset", "html", "500", "2GB", "brackets"}) {
    std::vector<ServerProcess> servers;
    servers.push_back(Start({.titles = 100}));
    servers.push_back(Start({.titles = 100}));
    servers.push_back(Start({.titles = 100, .fault = fault}));
    Service service(UrlsOf(servers), ", refresh_budget: 3s", ", movie_libraries: [Movies 0]");
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

double RequestsOf(Service& service) {
  return service.Metric("marquee_upstream_requests_total", {{"upstream", "S0"}, {"result", "ok"}});
}

// The same library with different page sizes.
void PagesOf(size_t titles, size_t page) {
  std::vector<ServerProcess> servers;
  servers.push_back(Start({.titles = titles}));
  Service service(UrlsOf(servers), ", refresh_budget: 5m",
                  fmt::format(", movie_libraries: [Movies 0], max_movies: 5000, "
                              "request_timeout: 60s, page_size: {}",
                              page));
  service.UntilReady();
  ResetPeak();
  const double before = Memory("VmRSS");
  const double requests = RequestsOf(service);
  const auto full = service.Refresh(true);
  fmt::print(
      "{:>6} titles in pages of {:>6}: {} requests, {:.2f} s, {:.3f} s per 10,000, peak +{:.1f} "
      "MB\n",
      titles, page, RequestsOf(service) - requests, Seconds(full.took),
      Seconds(full.took) * 10'000 / static_cast<double>(titles), Memory("VmHWM") - before);
}

// The cap of the playlist over libraries of very different sizes: the titles that each keeps.
void FairCap(size_t titles) {
  std::vector<ServerProcess> servers;
  for (const size_t part : {size_t{1}, size_t{4}, size_t{20}, size_t{200}}) {
    servers.push_back(Start({.titles = titles / part, .libraries = 2}));
  }
  Service service(UrlsOf(servers), ", refresh_budget: 5m, max_items: 5000",
                  ", movie_libraries: [Movies 0, Movies 1], max_movies: 5000, "
                  "request_timeout: 60s");
  service.UntilReady();
  const auto round = service.Refresh(true);
  std::string shares;
  for (const auto& result : round.response.results()) {
    shares += fmt::format("{}{}", shares.empty() ? "" : ", ", result.items());
  }
  fmt::print("a cap of 5,000 over sources of {}, {}, {} and {} titles leaves {}\n", titles,
             titles / 4, titles / 20, titles / 200, shares);
}

void ManyTitles(size_t titles) {
  for (const size_t share : {10, 4, 2, 1}) {
    const size_t count = titles / share;
    std::vector<ServerProcess> servers;
    servers.push_back(Start({.titles = count, .libraries = 4}));
    Service service(UrlsOf(servers), ", refresh_budget: 5m, max_items: 5000",
                    ", movie_libraries: [Movies 0, Movies 1, Movies 2, Movies 3], "
                    "max_movies: 5000, request_timeout: 60s");
    service.UntilReady();
    ResetPeak();
    const double before = Memory("VmRSS");
    const auto full = service.Refresh(true);
    const double peak = Memory("VmHWM") - before;
    const double requests = RequestsOf(service);
    const auto second = service.Refresh();
    const double more = RequestsOf(service) - requests;
    fmt::print(
        "{:>6} titles in 4 libraries: {:.2f} s, {:.3f} s per 10,000, peak +{:.1f} MB; {} in the "
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
  servers.push_back(Start({.titles = 5000}));
  Service service(UrlsOf(servers), "", ", movie_libraries: [Movies 0]");
  service.UntilReady();
  const double before = RequestsOf(service);
  service.Refresh(true);
  const double one = RequestsOf(service) - before;
  std::vector<std::thread> callers;
  for (int i = 0; i < 50; ++i) callers.emplace_back([&] { service.Refresh(true); });
  for (std::thread& caller : callers) caller.join();
  fmt::print("50 overlapping refreshes: {} requests, one refresh: {}\n",
             RequestsOf(service) - before - one, one);
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
  const size_t titles = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000;
  ManyTitles(titles);
  for (const size_t page : {100, 1'000, 20'000}) PagesOf(titles, page);
  FairCap(titles);
  Overlapping();
  return 0;
}

}  // namespace marquee::playlist

int main(int argc, char** argv) { return marquee::playlist::Run(argc, argv); }
