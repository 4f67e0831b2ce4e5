// HTTP client for one Jellyfin or Emby server: finds its base path, sends credentials, and converts
// failures to error messages. Independent of items.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/httpc/http_client.h"
#include "services/playlist/sources/jellyfin/jellyfin_parse.h"
#include "services/playlist/sources/remote/remote_server.h"

namespace marquee::playlist {

// Both servers have the same API; they differ in the usual base path and in where API keys are
// created.
enum class JellyfinFlavour { kJellyfin, kEmby };

// Thread-safe. The token is sent only in headers and only to this server, and never appears in
// messages.
class JellyfinClient {
 public:
  struct Options {
    std::string name = {};  // name of the source
    JellyfinFlavour flavour = JellyfinFlavour::kJellyfin;
    httpc::Url address = {};   // from ParseServerAddress
    std::string token = {};    // API key
    std::string version = {};  // version of Marquee
    absl::Duration request_timeout = absl::Seconds(15);
    bool verify_tls = true;
    obs::Logger* logger = nullptr;  // as RemoteServer::Options
  };

  // `http` and `clock` must outlive it.
  JellyfinClient(Options options, httpc::HttpClient& http, const base::Clock& clock);

  // Finds the server and checks the token: requests the public information (also below /jellyfin or
  // /emby, if the address itself is not a server) and the users. The base path is remembered.
  // Errors as RemoteServer::Ask.
  absl::StatusOr<JellyfinServerInfo> Connect(const base::CallContext& context);
  bool connected() const;
  // Forgets the base path, so that the next round searches again; for use after the token was
  // rejected.
  void Forget();

  // `path` with its query, relative to the server's base path.
  httpc::HttpRequest Request(std::string_view path) const;
  absl::StatusOr<httpc::HttpResponse> Ask(std::string_view path,
                                          const base::CallContext& context) const;
  absl::StatusOr<std::string> Get(std::string_view path, const base::CallContext& context) const;

  // The path of an absolute URL of this server (PathBelow).
  std::optional<std::string> PathOf(std::string_view url) const;

  const RemoteServer& server() const { return server_; }
  // The base path found so far.
  std::string base_path() const;
  const std::string& name() const { return options_.name; }

 private:
  // The body of the first known path that is not a 404.
  absl::StatusOr<std::string> FindServer(const base::CallContext& context);
  void SetBasePath(const std::string& path);

  const Options options_;
  const RemoteServer server_;
  mutable base::Mutex mutex_;
  std::string base_path_ MARQUEE_GUARDED_BY(mutex_);
  bool connected_ MARQUEE_GUARDED_BY(mutex_) = false;
};

}  // namespace marquee::playlist
