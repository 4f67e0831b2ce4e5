// Reads the libraries of a server in pages, several concurrently, and passes on each entry as it
// arrives: memory does not depend on the page size, and grows with a library only by hashes of the
// ids received (8 bytes each).
//
// Responses are not trusted. A page may be shorter than requested, because the server caps its
// pages or hides entries: reading continues where the response ended. A server may ignore the
// offset, increase its total while it is read, or state a wrong total: pages without new entries
// end a library, and so does the limit of requests. Entries missing relative to the server's own
// total are reported in Job::remark.
#pragma once

#include <absl/container/flat_hash_set.h>
#include <absl/functional/function_ref.h>
#include <absl/status/status.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/call_context.h"
#include "libs/httpc/http_message.h"
#include "services/playlist/sources/remote/damaged_entries.h"
#include "services/playlist/sources/remote/list_splitter.h"
#include "services/playlist/sources/remote/remote_server.h"

namespace marquee::playlist {

// For one round; not thread-safe.
class PagedListing {
 public:
  struct Options {
    size_t page_size = 1000;  // entries per request
    size_t concurrency = 4;   // concurrent requests
    // Per library: reading an endless list stops after this many entries.
    size_t max_entries = 200'000;
    size_t max_page_bytes = size_t{256} << 20;  // pages are streamed, never held in memory
    // Extra requests per library beyond those computed from its total and its smallest page.
    size_t spare_requests = 10;
  };

  // False: an entry with that id has already been passed on.
  using IsNew = absl::FunctionRef<bool(std::string_view id)>;

  // One library.
  struct Job {
    std::string name;  // for messages
    ListShape shape;
    // Creates the request for `count` entries from `first` on.
    std::function<httpc::HttpRequest(size_t first, size_t count)> request;
    // Receives one entry. Calls `is_new` with its id as soon as that is known, and drops the entry
    // if false; an empty id means that the text identifies it. kFailedPrecondition: the entry
    // cannot be parsed; it is counted and skipped. Other errors end the reading.
    std::function<absl::Status(std::string& text, IsNew is_new)> take;
    size_t max_entries = SIZE_MAX;  // maximum number of entries needed
    size_t max_offset = SIZE_MAX;   // the server rejects requests from this offset on
    // The server supports only pages of page_size: `first` is a multiple of it, and entries that
    // move between pages during reading are searched again.
    bool fixed_pages = false;
    size_t total = 0;             // set by Read: total stated by the server; 0: not stated
    size_t listed = 0;            // set by Read: distinct entries, including damaged ones
    DamagedEntries damaged = {};  // set by Read
    std::string remark = {};      // set by Read: "N of M listed …"; empty: complete
    std::string etag = {};        // set by Read: ETag of the first page; empty: none
    absl::Status failure = {};    // set by Read: why the library could not be read completely

    // Warnings for the operator: the failure, `remark` and the damaged entries, one sentence each,
    // with the library's name.
    std::vector<std::string> Warnings() const;
  };

  // `server` must outlive it.
  PagedListing(const RemoteServer& server, const Options& options)
      : server_(server), options_(options) {}

  // Passes on every entry of every job, in no particular order. A library whose response cannot be
  // parsed (kFailedPrecondition) is skipped with Job::failure, and the others are read. If all fail
  // this way, or on any other error, reading ends. The error names the library; codes as
  // RemoteServer::Ask.
  absl::Status Read(std::vector<Job>& jobs, const base::CallContext& context);

 private:
  struct Range {
    size_t first;
    size_t count;
  };
  struct Progress {
    Job* job = nullptr;
    size_t next = 0;    // index of the first entry not requested yet
    size_t stride = 0;  // expected entries per page
    size_t under_way = 0;
    size_t requests = 0;
    size_t bound = SIZE_MAX;  // limit of requests
    size_t first_total = 0;
    size_t smallest_page = 0;  // of pages other than the last
    size_t barren = 0;         // repeated reads without new entries
    size_t moved_before = 0;   // entries before this one may have moved while they were read
    bool started = false;      // the first page was received
    bool finished = false;     // nothing after `next` will be requested
    bool overlaps = false;  // a page had more entries than expected: the next may have no new ones
    std::deque<Range> again = {};             // ranges to read (again): entries that a page omitted
    absl::flat_hash_set<uint64_t> seen = {};  // hashes of ids
  };
  struct Page;

  std::optional<Page> NextPage(const base::CallContext& context);
  std::optional<Range> NextRange(Progress& progress) const;
  bool WantsMore(const Progress& progress) const;
  bool HasEnough(const Progress& progress) const;
  bool IsFull(const Progress& progress) const {
    return progress.seen.size() >= options_.max_entries;
  }
  absl::Status Take(Page& page, const base::CallContext& context);
  void Account(const Page& page, const ListSplitter& splitter, size_t added);
  void SetBound(Progress& progress, size_t end) const;
  void LookForMoved(Progress& progress) const;
  void Conclude(Progress& progress) const;

  const RemoteServer& server_;
  const Options options_;
  std::vector<Progress> progress_;
};

}  // namespace marquee::playlist
