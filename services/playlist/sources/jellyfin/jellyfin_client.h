// Asks one Jellyfin or Emby server: builds requests below its address, proves who we are, and says
// in words what went wrong. Knows no item.
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
#include "libs/httpc/fetch.h"
#include "libs/httpc/http_client.h"
#include "services/playlist/sources/jellyfin/jellyfin_parse.h"

namespace marquee::playlist {

// Thread-safe. The token goes out in headers only, to this server only, and into no message.
class JellyfinClient {
 public:
  struct Options {
    std::string name;     // of the source
    httpc::Url address;   // ParseServerAddress
    std::string token;    // API key
    std::string version;  // of this program
    absl::Duration request_timeout = absl::Seconds(15);
    // An answer in JSON. A page of a thousand entries has 3 to 8 MB.
    size_t max_json_bytes = size_t{16} << 20;
  };

  // `http` and `clock` must outlive it.
  JellyfinClient(Options options, httpc::HttpClient& http, const base::Clock& clock);

  // Finds the server and checks the token: asks for the public information (also below /jellyfin,
  // when nothing is at the address itself) and for the users. What it found is remembered.
  //   kUnavailable         away, refused, or failing
  //   kUnauthenticated     the token is not accepted
  //   kFailedPrecondition  something else answers there
  absl::StatusOr<JellyfinServerInfo> Connect(const base::CallContext& context);
  bool connected() const;
  // After the token was refused: the next round looks again.
  void Forget();

  // `path` with its query, below the server's base path.
  httpc::HttpRequest Request(std::string_view path) const;
  // `context` with the request's own time limit.
  base::CallContext Limit(const base::CallContext& context) const;

  // The body of a 200. Errors as Connect's, and kResourceExhausted for a body over the limit.
  absl::StatusOr<std::string> Get(std::string_view path, const base::CallContext& context);
  // The same for an answer that was asked for elsewhere.
  absl::StatusOr<std::string> BodyOf(absl::StatusOr<httpc::HttpResponse> response,
                                     const base::CallContext& context) const;

  // The path of an absolute URL of this server (PathBelow).
  std::optional<std::string> PathOf(std::string_view url) const;

  httpc::HttpClient& http() const { return http_; }
  const base::Clock& clock() const { return clock_; }
  const std::string& name() const { return options_.name; }

 private:
  // The body of the first of the known places that is not a 404.
  absl::StatusOr<std::string> FindServer(const base::CallContext& context);
  absl::Status InOurTerms(const absl::Status& status, const base::CallContext& context) const;

  const Options options_;
  httpc::HttpClient& http_;
  const base::Clock& clock_;
  mutable base::Mutex mutex_;
  std::string base_path_ MARQUEE_GUARDED_BY(mutex_);
  bool connected_ MARQUEE_GUARDED_BY(mutex_) = false;
};

}  // namespace marquee::playlist
