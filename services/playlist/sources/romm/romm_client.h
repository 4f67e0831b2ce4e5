// HTTP client for one RomM server: uses an API token, or signs in, renews the token before it
// expires, and signs in again if a token is rejected.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <optional>
#include <string>
#include <string_view>

#include "libs/base/call_context.h"
#include "libs/base/mutex.h"
#include "services/playlist/sources/remote/remote_server.h"
#include "services/playlist/sources/romm/romm_parse.h"

namespace marquee::playlist {

// Thread-safe. If two threads find no token at the same time, both sign in and the later token is
// kept.
class RommClient {
 public:
  struct Options {
    std::string name = {};    // name of the source
    httpc::Url address = {};  // ParseServerAddress
    std::string username = {};
    std::string password = {};
    std::string token = {};  // an API token instead of user name and password; empty: sign in
    absl::Duration request_timeout = absl::Seconds(15);
    bool verify_tls = true;
  };

  // `http` and `clock` must outlive it.
  RommClient(Options options, httpc::HttpClient& http, const base::Clock& clock);

  // Ensures that Request() has a token that is valid for some minutes.
  absl::Status SignIn(const base::CallContext& context);
  // Discards the token, so that the next SignIn requests a new one.
  void Forget();

  // With the token, if there is one.
  httpc::HttpRequest Request(std::string_view path) const;
  // Signs in first, and once more if the token is rejected.
  absl::StatusOr<std::string> Get(std::string_view path, const base::CallContext& context);

  const RemoteServer& server() const { return server_; }

 private:
  absl::StatusOr<RommToken> AskForToken(const std::string& form, const base::CallContext& context);

  const Options options_;
  const RemoteServer server_;
  mutable base::Mutex mutex_;
  std::optional<RommToken> token_ MARQUEE_GUARDED_BY(mutex_);
  absl::Time renew_at_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::playlist
