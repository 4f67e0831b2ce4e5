// Asks one Jellyfin or Emby server: finds its base path, proves who we are, and says in words what
// went wrong. Knows no item.
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

// The two servers speak one API; they differ in where people put them and where keys are made.
enum class JellyfinFlavour { kJellyfin, kEmby };

// Thread-safe. The token goes out in headers only, to this server only, and into no message.
class JellyfinClient {
 public:
  struct Options {
    std::string name = {};  // of the source
    JellyfinFlavour flavour = JellyfinFlavour::kJellyfin;
    httpc::Url address = {};   // ParseServerAddress
    std::string token = {};    // API key
    std::string version = {};  // of this program
    absl::Duration request_timeout = absl::Seconds(15);
    bool verify_tls = true;
    obs::Logger* logger = nullptr;  // as RemoteServer::Options
  };

  // `http` and `clock` must outlive it.
  JellyfinClient(Options options, httpc::HttpClient& http, const base::Clock& clock);

  // Finds the server and checks the token: asks for the public information (also below /jellyfin or
  // /emby, when nothing is at the address itself) and for the users. What it found is remembered.
  // Errors as RemoteServer::Ask.
  absl::StatusOr<JellyfinServerInfo> Connect(const base::CallContext& context);
  bool connected() const;
  // After the token was refused: the next round looks again.
  void Forget();

  // `path` with its query, below the server's base path.
  httpc::HttpRequest Request(std::string_view path) const;
  absl::StatusOr<httpc::HttpResponse> Ask(std::string_view path,
                                          const base::CallContext& context) const;
  absl::StatusOr<std::string> Get(std::string_view path, const base::CallContext& context) const;

  // The path of an absolute URL of this server (PathBelow).
  std::optional<std::string> PathOf(std::string_view url) const;

  const RemoteServer& server() const { return server_; }
  // Where the server lives below its address, as far as is known.
  std::string base_path() const;
  const std::string& name() const { return options_.name; }

 private:
  // The body of the first of the known places that is not a 404.
  absl::StatusOr<std::string> FindServer(const base::CallContext& context);
  void SetBasePath(const std::string& path);

  const Options options_;
  const RemoteServer server_;
  mutable base::Mutex mutex_;
  std::string base_path_ MARQUEE_GUARDED_BY(mutex_);
  bool connected_ MARQUEE_GUARDED_BY(mutex_) = false;
};

}  // namespace marquee::playlist
