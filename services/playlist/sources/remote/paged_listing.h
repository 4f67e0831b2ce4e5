// Reads the libraries of a server page by page, several pages at a time, and hands over one entry
// after the other as it arrives: memory does not grow with a page, and with a library only by the
// ids that tell which entries have come (8 bytes each).
//
// Nothing is taken on trust. A page may be shorter than asked for, because the server caps its
// pages or hides entries: it is gone on from where the answer ended. A server may ignore the
// offset, grow its total while it is read, or name a total that is not so: pages that bring nothing
// new end a library, and so does the bound of requests. What then is missing by the server's own
// total is in Job::remark.
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
    size_t page_size = 1000;  // entries a request
    size_t concurrency = 4;   // requests under way at a time
    // Of one library: a server that never stops listing is left after that many.
    size_t max_entries = 200'000;
    size_t max_page_bytes = size_t{256} << 20;  // never held as a whole
    // Requests for one library beyond those that its total and its smallest page ask for.
    size_t spare_requests = 10;
  };

  // False: an entry with that id at the server has been handed over before.
  using IsNew = absl::FunctionRef<bool(std::string_view id)>;

  // One library.
  struct Job {
    std::string name;  // for messages
    ListShape shape;
    // The request for `count` entries from the `first` on.
    std::function<httpc::HttpRequest(size_t first, size_t count)> request;
    // One entry. Asks `is_new` with its id as soon as that is known, and drops the entry when it is
    // not; an empty id is one of its own for each text. kFailedPrecondition: the entry cannot be
    // read; it is counted and left out. Other errors end the reading.
    std::function<absl::Status(std::string& text, IsNew is_new)> take;
    size_t max_entries = SIZE_MAX;  // no more than that are wanted
    size_t max_offset = SIZE_MAX;   // the server answers no request from there on
    // The server knows pages of page_size only: `first` is a multiple of it, and entries that move
    // between pages while they are read are looked for again.
    bool fixed_pages = false;
    size_t total = 0;             // set by Read: what the server says there are; 0: it does not
    size_t listed = 0;            // set by Read: different entries, damaged ones included
    DamagedEntries damaged = {};  // set by Read
    std::string remark = {};      // set by Read: "N of M listed …"; empty: nothing is missing
    std::string etag = {};        // set by Read: of its first page; empty: it has none
    absl::Status failure = {};    // set by Read: why not all of it could be read

    // What a person should know: the failure, `remark` and the damaged entries, a sentence each,
    // with the library's name.
    std::vector<std::string> Warnings() const;
  };

  // `server` must outlive it.
  PagedListing(const RemoteServer& server, const Options& options)
      : server_(server), options_(options) {}

  // Hands over every entry of every job, in no particular order. A library whose answer cannot be
  // understood (kFailedPrecondition) is left, with Job::failure, and the others are read; when that
  // is so of all, and with any other error, reading ends. The error names the library; codes as
  // RemoteServer::Ask.
  absl::Status Read(std::vector<Job>& jobs, const base::CallContext& context);

 private:
  struct Range {
    size_t first;
    size_t count;
  };
  struct Progress {
    Job* job = nullptr;
    size_t next = 0;    // index of the first entry not yet asked for
    size_t stride = 0;  // entries that a page is expected to bring
    size_t under_way = 0;
    size_t requests = 0;
    size_t bound = SIZE_MAX;  // of requests
    size_t first_total = 0;
    size_t smallest_page = 0;  // of those that were not the last
    size_t barren = 0;         // second looks that brought nothing
    size_t moved_before = 0;   // entries before this one may have moved while they were read
    bool started = false;      // its first page has come
    bool finished = false;     // nothing behind `next` will be asked for
    bool overlaps = false;     // a page brought more than expected: the next one may bring nothing
    std::deque<Range> again = {};             // to be looked at (again): what a page left out
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
