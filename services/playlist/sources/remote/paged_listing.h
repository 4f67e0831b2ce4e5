// Reads the libraries of a server page by page, several pages at a time, and hands over one entry
// after the other as it arrives: memory does not grow with a library or a page.
#pragma once

#include <absl/status/status.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libs/base/call_context.h"
#include "libs/httpc/http_message.h"
#include "services/playlist/sources/remote/list_splitter.h"
#include "services/playlist/sources/remote/remote_server.h"

namespace marquee::playlist {

// For one round; not thread-safe.
class PagedListing {
 public:
  struct Options {
    size_t page_size = 1000;  // entries a request
    size_t concurrency = 4;   // requests under way at a time
    // Of one library: a server that never stops listing is left after that many.
    size_t max_entries = 200'000;
    size_t max_page_bytes = size_t{256} << 20;  // never held as a whole
  };

  // One library.
  struct Job {
    std::string name;  // for messages
    ListShape shape;
    // The request for `count` entries from the `first` on.
    std::function<httpc::HttpRequest(size_t first, size_t count)> request;
    ListSplitter::TakeEntry take;
    size_t max_entries = SIZE_MAX;  // no more than that are wanted
    size_t total = 0;               // set by Read: what the server says there are; 0: it does not
    size_t listed = 0;              // set by Read
    size_t too_large = 0;           // set by Read: entries left out for their size
    std::string etag = {};          // set by Read: of its first page; empty: it has none
  };

  // `server` must outlive it.
  PagedListing(const RemoteServer& server, const Options& options)
      : server_(server), options_(options) {}

  // Hands over every entry of every job, in no particular order. The first error ends it and names
  // the library; codes as RemoteServer::Ask.
  absl::Status Read(std::vector<Job>& jobs, const base::CallContext& context);

 private:
  struct Progress {
    Job* job = nullptr;
    size_t next = 0;  // index of the first entry not yet asked for
    size_t under_way = 0;
    bool started = false;   // its first page has come
    bool finished = false;  // nothing more will be asked for
  };
  struct Page;

  std::optional<Page> NextPage(const base::CallContext& context);
  absl::Status Take(Page& page, const base::CallContext& context) const;

  const RemoteServer& server_;
  const Options options_;
  std::vector<Progress> progress_;
};

}  // namespace marquee::playlist
