#include "services/playlist/sources/jellyfin/jellyfin_client.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <utility>
#include <vector>

#include "libs/base/status.h"
#include "services/playlist/sources/remote/server_address.h"

namespace marquee::playlist {
namespace {

std::string_view NameOf(JellyfinFlavour flavour) {
  return flavour == JellyfinFlavour::kEmby ? "emby" : "jellyfin";
}

// Base path in common packages.
std::string UsualBasePath(JellyfinFlavour flavour) { return fmt::format("/{}", NameOf(flavour)); }

RemoteServer::Options ServerOptions(const JellyfinClient::Options& options) {
  RemoteServer::Options server;
  server.type = NameOf(options.flavour);
  server.name = options.name;
  server.address = options.address;
  server.request_timeout = options.request_timeout;
  server.verify_tls = options.verify_tls;
  server.logger = options.logger;
  server.refused =
      "the server does not accept the token; check it (an API key is made in the server's "
      "dashboard "
      "under API Keys)";
  server.absent =
      "no Jellyfin or Emby server at this address; if it has a base path, append that to the url "
      "(http://10.0.0.5:8096/jellyfin)";
  // Newer servers use Authorization, older ones and Emby one of the X- headers.
  const std::string scheme = fmt::format(
      R"(MediaBrowser Client="Marquee", Device="Marquee", DeviceId="marquee-{:012x}", Version="{}", Token="{}")",
      XXH64(options.name.data(), options.name.size(), 0) & 0xffffffffffffU, options.version,
      options.token);
  server.credentials = {{"Authorization", scheme},
                        {"X-Emby-Authorization", scheme},
                        {"X-Emby-Token", options.token},
                        {"X-MediaBrowser-Token", options.token}};
  return server;
}

}  // namespace

JellyfinClient::JellyfinClient(Options options, httpc::HttpClient& http, const base::Clock& clock)
    : options_(std::move(options)),
      server_(ServerOptions(options_), http, clock),
      base_path_(options_.address.path) {}

bool JellyfinClient::connected() const {
  const base::MutexLock lock(mutex_);
  return connected_;
}

std::optional<std::string> JellyfinClient::PathOf(std::string_view url) const {
  httpc::Url address = options_.address;
  {
    const base::MutexLock lock(mutex_);
    address.path = base_path_;
  }
  return PathBelow(address, url);
}

void JellyfinClient::Forget() {
  const base::MutexLock lock(mutex_);
  connected_ = false;
}

std::string JellyfinClient::base_path() const {
  const base::MutexLock lock(mutex_);
  return base_path_;
}

void JellyfinClient::SetBasePath(const std::string& path) {
  const base::MutexLock lock(mutex_);
  base_path_ = path;
}

httpc::HttpRequest JellyfinClient::Request(std::string_view path) const {
  httpc::HttpRequest request = server_.Request({});
  const base::MutexLock lock(mutex_);
  request.url = fmt::format("{}{}{}", options_.address.Origin(), base_path_, path);
  return request;
}

absl::StatusOr<httpc::HttpResponse> JellyfinClient::Ask(std::string_view path,
                                                        const base::CallContext& context) const {
  return server_.Ask(Request(path), context);
}

absl::StatusOr<std::string> JellyfinClient::Get(std::string_view path,
                                                const base::CallContext& context) const {
  MARQUEE_ASSIGN_OR_RETURN(httpc::HttpResponse response, Ask(path, context));
  return std::move(response.body);
}

absl::StatusOr<std::string> JellyfinClient::FindServer(const base::CallContext& context) {
  std::vector<std::string> base_paths = {options_.address.path};
  if (options_.address.path.empty()) base_paths.push_back(UsualBasePath(options_.flavour));
  for (const std::string& base_path : base_paths) {
    SetBasePath(base_path);
    // The second path is for servers older than the public one.
    for (const char* path : {"/System/Info/Public", "/System/Info"}) {
      auto response = httpc::Fetch(server_.http(), Request(path), server_.Limit(context));
      if (!response.ok()) return server_.InOurTerms(response.status(), context);
      if (response->head.status == 404) continue;
      MARQUEE_RETURN_IF_ERROR(server_.Explain(response->head.status));
      return std::move(response->body);
    }
  }
  SetBasePath(options_.address.path);
  return server_.Explain(404);
}

absl::StatusOr<JellyfinServerInfo> JellyfinClient::Connect(const base::CallContext& context) {
  MARQUEE_ASSIGN_OR_RETURN(std::string body, FindServer(context));
  MARQUEE_ASSIGN_OR_RETURN(JellyfinServerInfo info, ParseServerInfo(std::move(body)));
  // The information is public; only this request shows whether the token is valid.
  MARQUEE_RETURN_IF_ERROR(Get("/Users", context).status());
  const base::MutexLock lock(mutex_);
  connected_ = true;
  return info;
}

}  // namespace marquee::playlist
