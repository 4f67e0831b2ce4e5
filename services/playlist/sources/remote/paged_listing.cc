#include "services/playlist/sources/remote/paged_listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "libs/httpc/fetch.h"

namespace marquee::playlist {

struct PagedListing::Page {
  Progress* progress;
  size_t first;
  size_t count;  // asked for
  httpc::PendingStream stream;
};

absl::Status PagedListing::Read(std::vector<Job>& jobs, const base::CallContext& context) {
  progress_.clear();
  for (Job& job : jobs) progress_.push_back({.job = &job});
  std::deque<Page> under_way;
  while (true) {
    MARQUEE_RETURN_IF_ERROR(context.Check(server_.clock()));
    while (under_way.size() < options_.concurrency) {
      auto page = NextPage(context);
      if (!page) break;
      ++page->progress->under_way;
      under_way.push_back(*std::move(page));
    }
    if (under_way.empty()) return absl::OkStatus();
    Page page = std::move(under_way.front());
    under_way.pop_front();
    --page.progress->under_way;
    if (auto status = Take(page, context); !status.ok()) {
      return base::Annotate(status, fmt::format("library \"{}\"", page.progress->job->name));
    }
  }
}

std::optional<PagedListing::Page> PagedListing::NextPage(const base::CallContext& context) {
  // The library with the fewest requests under way is next, so that a large one does not hold up
  // the rest.
  Progress* best = nullptr;
  for (Progress& progress : progress_) {
    // How many entries there are is known from the first page; a server that does not say is
    // followed page by page.
    const size_t total = progress.job->total;
    if (progress.finished) continue;
    if (progress.under_way > 0 && (!progress.started || total == 0)) continue;
    if (total > 0 && progress.next >= total) continue;
    if (best == nullptr || progress.under_way < best->under_way) best = &progress;
  }
  if (best == nullptr) return std::nullopt;
  const size_t first = best->next;
  httpc::HttpRequest request = best->job->request(first, options_.page_size);
  request.max_body_bytes = options_.max_page_bytes;
  best->next += options_.page_size;
  if (best->next >= std::min(options_.max_entries, best->job->max_entries)) best->finished = true;
  return Page{best, first, options_.page_size,
              httpc::PendingStream(server_.http(), std::move(request), server_.Limit(context))};
}

absl::Status PagedListing::Take(Page& page, const base::CallContext& context) const {
  auto stream = page.stream.Wait();
  if (!stream.ok()) return server_.InOurTerms(stream.status(), context);
  MARQUEE_RETURN_IF_ERROR(server_.Explain((*stream)->head().status));
  Progress& progress = *page.progress;
  Job& job = *progress.job;
  if (page.first == 0) job.etag = (*stream)->head().etag();
  ListSplitter splitter(job.shape, job.take);
  while (true) {
    const auto bytes = (*stream)->Read();
    if (!bytes.ok()) return server_.InOurTerms(bytes.status(), context);
    if (bytes->empty()) break;
    MARQUEE_RETURN_IF_ERROR(splitter.Feed(*bytes));
    MARQUEE_RETURN_IF_ERROR(context.Check(server_.clock()));
  }
  MARQUEE_RETURN_IF_ERROR(splitter.Finish());
  progress.started = true;
  if (splitter.total().value_or(0) > 0) job.total = *splitter.total();
  job.listed += splitter.entries();
  job.too_large += splitter.too_large();
  // Shorter than asked for: the end. Longer: a server that does not page has sent everything.
  if (splitter.entries() != page.count) progress.finished = true;
  return absl::OkStatus();
}

}  // namespace marquee::playlist
