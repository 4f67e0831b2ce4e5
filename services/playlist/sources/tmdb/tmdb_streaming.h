// Where the titles of a streaming category can be had: asked title by title, a few each round, and
// remembered for a day.
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

// For one thread at a time.
class TmdbStreaming {
 public:
  struct Options {
    std::string source = {};
    std::string region = {};
    size_t concurrency = 4;
    // A round asks for no more titles than that, and for no longer; the rest come in later rounds.
    // Until then a title has the service whose list it is from.
    size_t titles_a_round = 200;
    absl::Duration time_a_round = absl::Seconds(3);
    absl::Duration good_for = absl::Hours(24);
  };
  using MakeRequest = std::function<httpc::HttpRequest(std::string_view path)>;

  // `server` must outlive it. `request`: for a path of the API.
  TmdbStreaming(Options options, const RemoteServer& server, MakeRequest request)
      : options_(std::move(options)), server_(server), request_(std::move(request)) {}

  // Puts what is known into the items that are of a streaming category, after asking for what is
  // not known. What cannot be had is left as it is: it is no reason for a fetch to fail.
  void Fill(std::vector<ItemPtr>* items, const base::CallContext& context);

 private:
  struct Known {
    std::optional<Streaming> streaming;  // nullopt: nowhere in the region
    absl::Time until;
  };

  void Ask(const std::vector<const Item*>& items, const base::CallContext& context);

  const Options options_;
  const RemoteServer& server_;
  const MakeRequest request_;
  absl::flat_hash_map<std::string, Known> known_;  // by key, of the items of the last fetch
  std::vector<ItemPtr> filled_;                    // of the last fetch, to be the same objects
};

}  // namespace marquee::playlist
