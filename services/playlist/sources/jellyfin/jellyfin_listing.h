// Reads the libraries of a server page by page, several pages at a time.
#pragma once

#include <absl/status/status.h>

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "libs/base/call_context.h"
#include "libs/httpc/fetch.h"
#include "services/playlist/sources/jellyfin/jellyfin_client.h"
#include "services/playlist/sources/jellyfin/jellyfin_parse.h"

namespace marquee::playlist {

enum class JellyfinKind { kMovies, kShows };

// One library, read for one kind of entry.
struct JellyfinJob {
  JellyfinLibrary library;
  JellyfinKind kind = JellyfinKind::kMovies;
};

// For one round; not thread-safe.
class JellyfinListing {
 public:
  struct Options {
    size_t page_size = 1000;  // entries a request
    // Requests under way at a time. Each holds at most JellyfinClient's max_json_bytes.
    size_t concurrency = 4;
    // Of one library: a server that never stops listing is left after that many.
    size_t max_entries = 200'000;
  };
  using TakePage = std::function<void(const JellyfinJob&, JellyfinPage)>;

  JellyfinListing(JellyfinClient& client, Options options) : client_(client), options_(options) {}

  // Hands over every page of every job, in no particular order. The first error ends it and names
  // the library; codes as JellyfinClient::Connect. A page that is larger than an answer may be is
  // asked for again in quarters.
  absl::Status Read(const std::vector<JellyfinJob>& jobs, const base::CallContext& context,
                    const TakePage& take_page);

 private:
  struct Progress {
    const JellyfinJob* job = nullptr;
    size_t next = 0;   // index of the first entry not yet asked for
    size_t total = 0;  // as the server says; 0: unknown, so one page at a time
    size_t under_way = 0;
    bool started = false;   // its first page has come
    bool finished = false;  // nothing more will be asked for
  };
  struct Range {
    Progress* progress = nullptr;
    size_t first = 0;
    size_t count = 0;
  };

  std::optional<Range> NextRange();
  httpc::HttpRequest RequestFor(const Range& range) const;
  absl::Status Take(const Range& range, absl::StatusOr<httpc::HttpResponse> response,
                    const base::CallContext& context, const TakePage& take_page);
  void Split(const Range& range);

  JellyfinClient& client_;
  const Options options_;
  std::vector<Progress> progress_;
  std::deque<Range> again_;  // parts of pages that were too large
};

}  // namespace marquee::playlist
