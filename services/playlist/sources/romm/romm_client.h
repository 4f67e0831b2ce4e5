// Asks one RomM server: with an API token, or signs in, renews what it was given before it expires,
// and signs in once more when a token is refused.
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

// Thread-safe. Two that find no token at the same time both sign in; the later one's stays.
class RommClient {
 public:
  struct Options {
    std::string name = {};    // of the source
    httpc::Url address = {};  // ParseServerAddress
    std::string username = {};
    std::string password = {};
    std::string token = {};  // an API token, instead of the two; empty: sign in
    absl::Duration request_timeout = absl::Seconds(15);
    bool verify_tls = true;
  };

  // `http` and `clock` must outlive it.
  RommClient(Options options, httpc::HttpClient& http, const base::Clock& clock);

  // Makes sure that Request() carries a token which is good for some minutes.
  absl::Status SignIn(const base::CallContext& context);
  // The next SignIn asks for a new token.
  void Forget();

  // With the token, if there is one.
  httpc::HttpRequest Request(std::string_view path) const;
  // Signs in first; and again, once, when the token is refused.
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
