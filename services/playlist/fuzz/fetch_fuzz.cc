// Any path at any kind of source, or any URL, through the artwork fetcher and the sources: requests
// are sent only to the media server or to allowed cover hosts, only for paths of artwork, at most
// two per image, and credentials only to the server that they belong to.
#include <absl/time/time.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <regex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/base/call_context.h"
#include "libs/base/mutex.h"
#include "libs/httpc/http_client.h"
#include "libs/httpc/url.h"
#include "libs/obs/metrics.h"
#include "libs/testing/fake_clock.h"
#include "services/playlist/artwork/artwork_fetcher.h"
#include "services/playlist/sources/jellyfin/jellyfin_source.h"
#include "services/playlist/sources/plex/plex_source.h"
#include "services/playlist/sources/romm/romm_source.h"
#include "services/playlist/sources/tmdb/tmdb_source.h"

namespace marquee::playlist {
namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

struct Server {
  std::string_view name;
  std::string_view host;
  const char* paths;  // independent of the code under test
};

constexpr std::array kServers{
    Server{
        "plex", "plex.example",
        "/library/(metadata|collections)/[A-Za-z0-9-]+/(thumb|art|clearLogo|banner|poster|square|"
        "squareArt|backgroundSquare|landscape|composite)(/[0-9]+)?|"
        "(/library/sections|/playlists)/[A-Za-z0-9-]+/composite/[0-9]+|"
        "/library/parts/[0-9]+/[0-9]+/[A-Za-z0-9._~-]+|/library/metadata/[0-9]+/theme/[0-9]+"},
    Server{"jellyfin", "jellyfin.example",
           "/Items/[A-Za-z0-9-]+/Images/[A-Z][A-Za-z]+(/[0-9]{1,4})?|"
           "/(Videos|Audio)/[A-Za-z0-9-]+/stream"},
    Server{"romm", "romm.example",
           "(/api/raw)?/assets/[A-Za-z0-9._~/-]*[.](png|jpe?g|webp|gif|avif)"},
    Server{"tmdb", "image.tmdb.org", "/t/p/[A-Za-z0-9-]+/[A-Za-z0-9_~-]*[.][A-Za-z0-9._~-]*"}};

// Records requests and answers each with a small image.
class RecordingClient final : public httpc::HttpClient {
 public:
  std::shared_ptr<httpc::HttpExchange> Start(
      httpc::HttpRequest request, base::CallContext /*context*/,
      std::shared_ptr<httpc::ResponseHandler> handler) override {
    class Ended final : public httpc::HttpExchange {
     public:
      void Resume() override {}
      void Cancel() override {}
    };
    requests.push_back(std::move(request));
    handler->OnHead({.status = 200, .headers = {{"Content-Type", "image/jpeg"}}});
    handler->OnBody("\xFF\xD8\xFF\xE0 and the rest of an image");
    handler->OnDone(absl::OkStatus());
    return std::make_shared<Ended>();
  }

  std::vector<httpc::HttpRequest> requests;
};

class NullSink final : public ArtworkSink {
 public:
  absl::Status OnHeader(const ArtworkHeader& /*header*/) override { return absl::OkStatus(); }
  absl::Status OnChunk(std::string_view bytes) override {
    size += bytes.size();
    return absl::OkStatus();
  }
  size_t size = 0;
};

struct Suite {
  Suite() {
    const auto seed = [] { return uint64_t{1}; };
    SourceList list;
    list.push_back(
        PlexSource::Create({.name = "plex", .url = "http://plex.example:32400", .token = "token"},
                           {.clock = clock, .http = http, .seed = seed})
            .value());
    list.push_back(JellyfinSource::Create(
                       {.name = "jellyfin", .url = "http://jellyfin.example", .token = "token"},
                       {.clock = clock, .http = http, .seed = seed})
                       .value());
    list.push_back(
        RommSource::Create({.name = "romm", .url = "http://romm.example", .token = "token"},
                           {.clock = clock, .http = http, .seed = seed})
            .value());
    list.push_back(TmdbSource::Create({.name = "tmdb", .key = std::string(32, '1')},
                                      {.clock = clock, .http = http, .seed = seed})
                       .value());
    sources.Replace(std::move(list));
  }

  testing::FakeClock clock;
  RecordingClient http;
  obs::Metrics metrics;
  ActiveSources sources;
  CoverOrigin covers{{}, http, clock};
  ArtworkFetcher fetcher{sources, covers, metrics};
};

// `server`: the one whose source was named; null: a URL.
void CheckRequest(const httpc::HttpRequest& request, const Server* server, bool allowed_cover) {
  static const auto shapes = [] {
    std::array<std::regex, kServers.size()> all;
    for (size_t i = 0; i < all.size(); ++i) all.at(i) = std::regex(kServers.at(i).paths);
    return all;
  }();
  Check(request.method == httpc::HttpRequest::Method::kGet ||
        request.method == httpc::HttpRequest::Method::kHead);
  const auto url = httpc::Url::Parse(request.url);
  Check(url.ok());
  for (size_t i = 0; i < kServers.size(); ++i) {
    if (url->host != kServers.at(i).host) continue;
    if (server != nullptr) Check(server == &kServers.at(i));
    Check(allowed_cover || std::regex_match(url->path, shapes.at(i)));
    return;
  }
  // A cover host: without credentials.
  Check(server == nullptr && allowed_cover && request.credentials.empty());
}

void Run(std::string_view text) {
  static Suite suite;
  if (text.empty()) return;
  const size_t choice = static_cast<uint8_t>(text.front()) % (kServers.size() + 1);
  const ArtworkKind kind =
      (static_cast<uint8_t>(text.front()) & 0x80U) != 0 ? ArtworkKind::kMedia : ArtworkKind::kImage;
  text.remove_prefix(1);
  suite.http.requests.clear();
  NullSink sink;
  const Server* server = nullptr;
  ArtworkLocation location;
  if (choice < kServers.size()) {
    server = &kServers.at(choice);
    location = AtSource{.source = std::string(server->name), .path = std::string(text)};
  } else {
    location = AtUrl{.url = std::string(text)};
  }
  const bool is_cover = server == nullptr && suite.covers.Allows(text);
  (void)suite.fetcher.Fetch(location, {.kind = kind}, base::CallContext(), sink).ok();
  Check(suite.http.requests.size() <= 2);
  for (const httpc::HttpRequest& request : suite.http.requests) {
    CheckRequest(request, server, is_cover);
  }
}

}  // namespace
}  // namespace marquee::playlist

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  marquee::playlist::Run({reinterpret_cast<const char*>(data), size});
  return 0;
}
