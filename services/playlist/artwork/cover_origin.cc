#include "services/playlist/artwork/cover_origin.h"

#include <algorithm>
#include <array>
#include <utility>

#include "services/playlist/sources/remote/artwork_stream.h"

namespace marquee::playlist {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(15);

// Known cover hosts of metadata providers.
constexpr std::array<std::string_view, 9> kKnown = {
    "image.tmdb.org",
    "images.igdb.com",
    "cdn.mobygames.com",
    "retroachievements.org",
    "media.retroachievements.org",
    "i.retroachievements.org",
    "screenscraper.fr",
    "www.screenscraper.fr",
    "neoclone.screenscraper.fr",
};

// cdn.steamgriddb.com, cdn2.steamgriddb.com, …
bool IsSteamGrid(std::string_view host) {
  constexpr std::string_view kEnd = ".steamgriddb.com";
  if (!host.starts_with("cdn") || !host.ends_with(kEnd)) return false;
  const std::string_view number = host.substr(3, host.size() - 3 - kEnd.size());
  return number.size() <= 3 &&
         std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; });
}

bool Matches(std::string_view pattern, std::string_view host) {
  if (!pattern.starts_with("*.")) return host == pattern;
  return host.size() > pattern.size() - 1 && host.ends_with(pattern.substr(1));
}

std::vector<std::string> Lower(std::vector<std::string> hosts) {
  for (std::string& host : hosts) {
    for (char& c : host) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
  }
  return hosts;
}

}  // namespace

CoverOrigin::CoverOrigin(std::vector<std::string> more_hosts, httpc::HttpClient& http,
                         const base::Clock& clock)
    : more_hosts_(Lower(std::move(more_hosts))), http_(http), clock_(clock) {}

bool CoverOrigin::AllowsHost(std::string_view host) const {
  return std::ranges::find(kKnown, host) != kKnown.end() || IsSteamGrid(host) ||
         std::ranges::any_of(more_hosts_,
                             [&](const std::string& pattern) { return Matches(pattern, host); });
}

bool CoverOrigin::Allows(std::string_view text) const {
  const auto url = httpc::Url::Parse(text);
  return url.ok() && url->port == (url->scheme == "https" ? 443 : 80) && AllowsHost(url->host);
}

absl::Status CoverOrigin::Open(const ArtworkRequest& request, const base::CallContext& context,
                               ArtworkSink& sink) {
  if (request.kind != ArtworkKind::kImage || !Allows(request.path)) {
    return absl::PermissionDeniedError(
        "this address is not an allowed cover host; add its host to artwork.cover_hosts");
  }
  httpc::HttpRequest http;
  http.url = request.path;
  http.upstream = kUpstream;
  http.host_rule = [this](const httpc::Url& url) {
    return Allows(url.ToString()) ? httpc::HostTrust::kPublic : httpc::HostTrust::kRefused;
  };
  base::CallContext limited = context;
  limited.deadline = std::min(context.deadline, clock_.Now() + kTimeout);
  return StreamArtwork(http_, std::move(http), request, max_image_bytes(), limited, clock_, sink);
}

}  // namespace marquee::playlist
