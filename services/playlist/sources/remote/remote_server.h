// Asks one media server: builds requests below its address, proves who we are, and says in words
// what went wrong. Knows no item.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/httpc/fetch.h"
#include "libs/httpc/http_client.h"
#include "libs/obs/logger.h"
#include "services/playlist/sources/remote/damaged_entries.h"

namespace marquee::playlist {

// Thread-safe. Credentials go out in headers, to this server only, and into no message.
class RemoteServer {
 public:
  struct Options {
    std::string type = {};    // plex, jellyfin, …: for messages
    std::string name = {};    // of the source
    httpc::Url address = {};  // base path without a slash at its end
    std::vector<httpc::Header> headers = {};
    std::vector<httpc::Header> credentials = {};
    absl::Duration request_timeout = absl::Seconds(15);
    bool verify_tls = true;
    size_t max_answer_bytes = size_t{8} << 20;  // of an answer that is read as a whole
    std::string refused = {};                   // what 401 and 403 mean, and what would help
    std::string absent = {};        // what 404 means where the server's own answer is asked for
    obs::Logger* logger = nullptr;  // outlives the server; null: Report() does nothing
  };

  // `http` and `clock` must outlive it.
  RemoteServer(Options options, httpc::HttpClient& http, const base::Clock& clock);

  // `path` with its query, below the server's address.
  httpc::HttpRequest Request(std::string_view path) const;
  // `context` with the request's own time limit.
  base::CallContext Limit(const base::CallContext& context) const;

  // The answer with status 200, or 304 to a request with a condition.
  //   kUnavailable         away, refused, or failing
  //   kUnauthenticated     the credentials are not accepted
  //   kFailedPrecondition  something else answers there, or more than an answer may hold
  absl::StatusOr<httpc::HttpResponse> Ask(httpc::HttpRequest request,
                                          const base::CallContext& context) const;
  absl::StatusOr<std::string> Get(std::string_view path, const base::CallContext& context) const;

  // What a status of the client, or an HTTP status, means for a source.
  absl::Status InOurTerms(const absl::Status& status, const base::CallContext& context) const;
  absl::Status Explain(int http_status) const;
  // Logs that entries of an answer were left out; not again until it says something else. `what`:
  // of a small closed set, such as "sessions".
  void Report(std::string_view what, const DamagedEntries& damaged) const;
  // `plex "Den": …`
  absl::Status Named(const absl::Status& status) const;

  httpc::HttpClient& http() const { return http_; }
  const base::Clock& clock() const { return clock_; }
  const std::string& name() const { return options_.name; }
  const httpc::Url& address() const { return options_.address; }

 private:
  const Options options_;
  httpc::HttpClient& http_;
  const base::Clock& clock_;
  mutable base::Mutex mutex_;
  mutable std::map<std::string, std::string, std::less<>> reported_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::playlist
