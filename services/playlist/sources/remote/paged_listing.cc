#include "services/playlist/sources/remote/paged_listing.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <deque>
#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "libs/httpc/fetch.h"

namespace marquee::playlist {
namespace {

// Number of repeated reads without new entries before the rest is given up.
constexpr size_t kMaxBarren = 3;
// If entry borders had to be guessed, how often each entry may have been counted too often.
constexpr size_t kGuessedEntries = 4;

}  // namespace

struct PagedListing::Page {
  Progress* progress;
  Range range;
  size_t expected;  // entries
  bool again;       // a repeated read
  httpc::PendingStream stream;
};

absl::Status PagedListing::Read(std::vector<Job>& jobs, const base::CallContext& context) {
  progress_.clear();
  for (Job& job : jobs) progress_.push_back({.job = &job, .stride = options_.page_size});
  std::deque<Page> under_way;
  while (true) {
    MARQUEE_RETURN_IF_ERROR(context.Check(server_.clock()));
    while (under_way.size() < options_.concurrency) {
      auto page = NextPage(context);
      if (!page) break;
      ++page->progress->under_way;
      under_way.push_back(*std::move(page));
    }
    if (under_way.empty()) break;
    Page page = std::move(under_way.front());
    under_way.pop_front();
    --page.progress->under_way;
    Job& job = *page.progress->job;
    if (auto status = Take(page, context); !status.ok()) {
      status = base::Annotate(status, fmt::format("library \"{}\"", job.name));
      if (!absl::IsFailedPrecondition(status)) return status;
      job.failure = std::move(status);
    }
  }
  const auto failed = [](const Job& job) { return !job.failure.ok(); };
  if (!jobs.empty() && std::ranges::all_of(jobs, failed)) return jobs.front().failure;
  for (Progress& progress : progress_) Conclude(progress);
  return absl::OkStatus();
}

bool PagedListing::HasEnough(const Progress& progress) const {
  // Pages in progress count with their expected number of entries.
  const size_t expected = progress.seen.size() + progress.under_way * progress.stride;
  return expected >= std::min(options_.max_entries, progress.job->max_entries);
}

bool PagedListing::WantsMore(const Progress& progress) const {
  if (progress.finished || HasEnough(progress)) return false;
  if (progress.next >= std::min(options_.max_entries, progress.job->max_offset)) return false;
  // The total is known from the first page. If a server does not state it, or states less than it
  // has listed, pages are read until one has no new entries.
  const size_t total = progress.job->total;
  const bool is_idle = progress.under_way == 0;
  if (!progress.started || total == 0) return is_idle;
  if (!progress.job->fixed_pages) return progress.next > total ? is_idle : progress.next < total;
  return is_idle ? progress.seen.size() != total : progress.next < total;
}

std::optional<PagedListing::Range> PagedListing::NextRange(Progress& progress) const {
  if (progress.requests >= progress.bound || !progress.job->failure.ok()) return std::nullopt;
  const bool complete = progress.job->fixed_pages && progress.seen.size() >= progress.job->total;
  if (complete || HasEnough(progress)) progress.again.clear();
  if (!progress.again.empty()) {
    const Range range = progress.again.front();
    progress.again.pop_front();
    return range;
  }
  if (!WantsMore(progress)) return std::nullopt;
  return Range{progress.next, options_.page_size};
}

std::optional<PagedListing::Page> PagedListing::NextPage(const base::CallContext& context) {
  // The library with the fewest requests in progress is next, so that a large one does not delay
  // the others.
  std::vector<Progress*> order;
  for (Progress& progress : progress_) order.push_back(&progress);
  std::ranges::sort(
      order, {}, [](const Progress* progress) { return std::pair(progress->under_way, progress); });
  for (Progress* progress : order) {
    if (progress->under_way == 0) LookForMoved(*progress);
    const size_t second_looks = progress->again.size();
    const auto range = NextRange(*progress);
    if (!range) continue;
    const bool again = progress->again.size() < second_looks;
    if (!again) progress->next += progress->stride;
    ++progress->requests;
    httpc::HttpRequest request = progress->job->request(range->first, range->count);
    request.max_body_bytes = options_.max_page_bytes;
    return Page{progress, *range, again ? range->count : progress->stride, again,
                httpc::PendingStream(server_.http(), std::move(request), server_.Limit(context))};
  }
  return std::nullopt;
}

absl::Status PagedListing::Take(Page& page, const base::CallContext& context) {
  auto stream = page.stream.Wait();
  if (!stream.ok()) return server_.InOurTerms(stream.status(), context);
  MARQUEE_RETURN_IF_ERROR(server_.Explain((*stream)->head().status));
  Progress& progress = *page.progress;
  Job& job = *progress.job;
  if (page.range.first == 0 && !page.again) job.etag = (*stream)->head().etag();
  const size_t before = progress.seen.size();
  const auto is_new = [&](std::string_view id) {
    return progress.seen.insert(XXH64(id.data(), id.size(), 0)).second;
  };
  ListSplitter splitter(job.shape, [&](std::string& text) -> absl::Status {
    // A response that never ends its list: the entries so far are sufficient.
    if (IsFull(progress)) return absl::OutOfRangeError("more entries than the limit");
    bool asked = false;
    absl::Status taken = job.take(text, [&](std::string_view id) {
      asked = true;
      return is_new(id.empty() ? text : id);
    });
    if (!asked) is_new(text);
    return taken;
  });
  absl::Status status;
  while (status.ok()) {
    const auto bytes = (*stream)->Read();
    if (!bytes.ok()) return server_.InOurTerms(bytes.status(), context);
    if (bytes->empty()) break;
    status = splitter.Feed(*bytes);
    MARQUEE_RETURN_IF_ERROR(context.Check(server_.clock()));
  }
  if (status.ok()) status = splitter.Finish();
  if (!status.ok() && !(absl::IsOutOfRange(status) && IsFull(progress))) return status;
  job.damaged.Merge(splitter.damaged(), page.range.first);
  Account(page, splitter, progress.seen.size() - before);
  return absl::OkStatus();
}

// Draws conclusions for the next requests from a response with `added` new entries.
void PagedListing::Account(const Page& page, const ListSplitter& splitter, size_t added) {
  Progress& progress = *page.progress;
  Job& job = *progress.job;
  const bool is_first = !std::exchange(progress.started, true);
  job.total = std::max<size_t>(job.total, splitter.total().value_or(0));
  if (is_first) progress.first_total = job.total;
  if (page.again) {
    if (added == 0 && !job.fixed_pages && ++progress.barren >= kMaxBarren) progress.again.clear();
    return;
  }
  // Whether no later page has been requested.
  const bool is_latest = progress.next == page.range.first + page.expected;
  if (added == 0) {
    progress.finished = splitter.entries() == 0 || is_latest || !progress.overlaps;
    return;
  }
  size_t counted = std::max<size_t>(splitter.entries(), 1);
  if (splitter.is_inexact() && counted > kGuessedEntries) counted -= kGuessedEntries;
  const size_t end = page.range.first + counted;
  const bool is_last = end >= job.total;
  if (job.fixed_pages) {
    if (added < splitter.entries()) {
      progress.moved_before = std::max(progress.moved_before, page.range.first);
    }
  } else {
    if (is_latest) {
      progress.next = end;
    } else if (counted < page.expected && !is_last) {
      progress.again.push_back({end, page.expected - counted});
    }
    progress.overlaps = progress.overlaps || counted > page.expected;
    if (!is_last) progress.stride = counted;
  }
  if (progress.smallest_page == 0 || (!is_last && counted < progress.smallest_page)) {
    progress.smallest_page = counted;
  }
  SetBound(progress, end);
}

void PagedListing::SetBound(Progress& progress, size_t end) const {
  // A total smaller than the number of listed entries is not a limit.
  const size_t total = end > progress.job->total ? options_.max_entries : progress.first_total;
  progress.bound =
      (total + progress.smallest_page - 1) / progress.smallest_page + options_.spare_requests;
}

// A repeated entry has moved, so another one may have moved unseen to a page that was already read:
// these pages are read again, the nearest first.
void PagedListing::LookForMoved(Progress& progress) const {
  if (progress.moved_before == 0 || !progress.again.empty() || WantsMore(progress)) return;
  size_t first = std::exchange(progress.moved_before, 0);
  if (progress.seen.size() >= progress.job->total || HasEnough(progress)) return;
  while (first >= options_.page_size && progress.again.size() < options_.spare_requests) {
    first -= options_.page_size;
    progress.again.push_back({first, options_.page_size});
  }
}

void PagedListing::Conclude(Progress& progress) const {
  Job& job = *progress.job;
  job.listed = progress.seen.size();
  if (!job.failure.ok() || job.listed >= std::min(job.total, job.max_entries)) return;
  const char* why = IsFull(progress)                      ? "limit reached"
                    : progress.requests >= progress.bound ? "the server's list does not end"
                    : progress.next >= job.max_offset     ? "the server lists no more"
                                                          : "further pages have no new entries";
  job.remark = fmt::format("{} of {} listed: {}", job.listed, job.total, why);
}

std::vector<std::string> PagedListing::Job::Warnings() const {
  std::vector<std::string> warnings;
  if (!failure.ok()) warnings.emplace_back(base::MessageOf(failure));
  for (const std::string& text : {remark, damaged.Describe()}) {
    if (!text.empty()) warnings.push_back(fmt::format("library \"{}\": {}", name, text));
  }
  return warnings;
}

}  // namespace marquee::playlist
