// HTTP client for one media server: builds requests below its address, sends credentials, and
// converts failures to error messages. Independent of items.
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

// Thread-safe. Credentials are sent only in headers and only to this server, and never appear in
// messages.
class RemoteServer {
 public:
  struct Options {
    std::string type = {};    // plex, jellyfin, …: for messages
    std::string name = {};    // name of the source
    httpc::Url address = {};  // base path without a trailing slash
    std::vector<httpc::Header> headers = {};
    std::vector<httpc::Header> credentials = {};
    absl::Duration request_timeout = absl::Seconds(15);
    bool verify_tls = true;
    size_t max_answer_bytes = size_t{8} << 20;  // limit of a response that is read as a whole
    std::string refused = {};                   // message for 401 and 403, with a remedy
    std::string absent = {};                    // message for 404 on the server's own paths
    obs::Logger* logger = nullptr;  // must outlive this object; null: Report() does nothing
  };

  // `http` and `clock` must outlive it.
  RemoteServer(Options options, httpc::HttpClient& http, const base::Clock& clock);

  // `path` with its query, relative to the server's address.
  httpc::HttpRequest Request(std::string_view path) const;
  // `context` with the request's own time limit.
  base::CallContext Limit(const base::CallContext& context) const;

  // Returns a response with status 200, or 304 to a conditional request.
  //   kUnavailable         unreachable, refused, or failing
  //   kUnauthenticated     the credentials were rejected
  //   kFailedPrecondition  another server responds, or the response is too large
  absl::StatusOr<httpc::HttpResponse> Ask(httpc::HttpRequest request,
                                          const base::CallContext& context) const;
  absl::StatusOr<std::string> Get(std::string_view path, const base::CallContext& context) const;

  // Converts a status of the client, or an HTTP status, to a status of the source.
  absl::Status InOurTerms(const absl::Status& status, const base::CallContext& context) const;
  absl::Status Explain(int http_status) const;
  // Logs that entries of a response were skipped, again only if the message changes. `what`: from a
  // small closed set, such as "sessions".
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
