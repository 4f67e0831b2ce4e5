// Streaming providers of the titles of a streaming category: requested per title, a limited number
// per round, and cached for a day.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/time/time.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/call_context.h"
#include "services/playlist/model/snapshot.h"
#include "services/playlist/sources/remote/remote_server.h"

namespace marquee::playlist {

// Not thread-safe.
class TmdbStreaming {
 public:
  struct Options {
    std::string source = {};
    std::string region = {};
    size_t concurrency = 4;
    // Limits of titles and of time per round; the rest is requested in later rounds. Until then a
    // title has the service from whose list it comes.
    size_t titles_a_round = 200;
    absl::Duration time_a_round = absl::Seconds(3);
    absl::Duration good_for = absl::Hours(24);
  };
  using MakeRequest = std::function<httpc::HttpRequest(std::string_view path)>;

  // `server` must outlive it. `request`: creates a request for an API path.
  TmdbStreaming(Options options, const RemoteServer& server, MakeRequest request)
      : options_(std::move(options)), server_(server), request_(std::move(request)) {}

  // Sets the providers of items that belong to a streaming category, after requesting unknown ones.
  // Failed requests leave an item unchanged and do not fail the fetch.
  void Fill(std::vector<ItemPtr>* items, const base::CallContext& context);

 private:
  struct Known {
    std::optional<Streaming> streaming;  // nullopt: no provider in the region
    absl::Time until;
  };

  void Ask(const std::vector<const Item*>& items, const base::CallContext& context);

  const Options options_;
  const RemoteServer& server_;
  const MakeRequest request_;
  absl::flat_hash_map<std::string, Known>
      known_;                    // keyed by item key, for the items of the last fetch
  std::vector<ItemPtr> filled_;  // items of the last fetch, for reusing the objects
};

}  // namespace marquee::playlist
