#include "services/playlist/sources/jellyfin/jellyfin_listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "libs/base/status.h"
#include "libs/base/strings.h"

namespace marquee::playlist {
namespace {

// What the lean item needs and no more: people, chapters and paths would be most of the bytes.
constexpr std::string_view kFields =
    "Genres,Overview,OfficialRating,CommunityRating,CriticRating,ProductionYear,RunTimeTicks,"
    "Taglines,OriginalTitle,ImageTags,BackdropImageTags,MediaStreams,Studios,ProviderIds,"
    "DateCreated,PremiereDate,SortName,Width,Height";

// A page this short that is still too large holds no sensible entries.
constexpr size_t kSmallestPart = 16;

}  // namespace

absl::Status JellyfinListing::Read(const std::vector<JellyfinJob>& jobs,
                                   const base::CallContext& context, const TakePage& take_page) {
  progress_.clear();
  again_.clear();
  for (const JellyfinJob& job : jobs) {
    Progress progress;
    progress.job = &job;
    progress_.push_back(progress);
  }
  std::deque<std::pair<Range, httpc::PendingFetch>> under_way;
  while (true) {
    MARQUEE_RETURN_IF_ERROR(context.Check(client_.clock()));
    while (under_way.size() < options_.concurrency) {
      const auto range = NextRange();
      if (!range) break;
      ++range->progress->under_way;
      under_way.emplace_back(
          *range, httpc::PendingFetch(client_.http(), RequestFor(*range), client_.Limit(context)));
    }
    if (under_way.empty()) return absl::OkStatus();
    const Range range = under_way.front().first;
    auto response = under_way.front().second.Wait();
    under_way.pop_front();
    --range.progress->under_way;
    if (auto status = Take(range, std::move(response), context, take_page); !status.ok()) {
      return base::Annotate(status,
                            fmt::format("library \"{}\"", range.progress->job->library.name));
    }
  }
}

std::optional<JellyfinListing::Range> JellyfinListing::NextRange() {
  if (!again_.empty()) {
    const Range range = again_.front();
    again_.pop_front();
    return range;
  }
  // The library with the fewest requests under way is next, so that a large one does not hold up
  // the rest.
  Progress* best = nullptr;
  for (Progress& progress : progress_) {
    // How many entries there are is known from the first page; a server that does not say is
    // followed page by page.
    const bool must_wait = progress.under_way > 0 && (!progress.started || progress.total == 0);
    if (progress.finished || must_wait) continue;
    if (progress.total > 0 && progress.next >= progress.total) continue;
    if (best == nullptr || progress.under_way < best->under_way) best = &progress;
  }
  if (best == nullptr) return std::nullopt;
  const Range range{best, best->next, options_.page_size};
  best->next += options_.page_size;
  if (best->next >= options_.max_entries) best->finished = true;
  return range;
}

httpc::HttpRequest JellyfinListing::RequestFor(const Range& range) const {
  const JellyfinJob& job = *range.progress->job;
  return client_.Request(fmt::format(
      "/Items?ParentId={}&Recursive=true&IncludeItemTypes={}&Fields={}"
      "&EnableImageTypes=Primary,Backdrop,Logo&ImageTypeLimit=1&EnableUserData=false"
      "&SortBy=SortName&SortOrder=Ascending&Limit={}&StartIndex={}",
      httpc::PercentEncode(job.library.id), job.kind == JellyfinKind::kMovies ? "Movie" : "Series",
      kFields, range.count, range.first));
}

absl::Status JellyfinListing::Take(const Range& range, absl::StatusOr<httpc::HttpResponse> response,
                                   const base::CallContext& context, const TakePage& take_page) {
  auto body = client_.BodyOf(std::move(response), context);
  if (absl::IsResourceExhausted(body.status())) {
    if (range.count <= kSmallestPart) {
      return absl::FailedPreconditionError(body.status().message());
    }
    Split(range);
    return absl::OkStatus();
  }
  MARQUEE_RETURN_IF_ERROR(body.status());
  Progress& progress = *range.progress;
  MARQUEE_ASSIGN_OR_RETURN(JellyfinPage page,
                           ParsePage(*std::move(body), client_.name(), progress.job->library.name));
  progress.started = true;
  if (page.total > 0) progress.total = page.total;
  // Shorter than asked for: the end. Longer: a server that does not page has sent everything.
  if (page.listed != range.count) progress.finished = true;
  take_page(*progress.job, std::move(page));
  return absl::OkStatus();
}

void JellyfinListing::Split(const Range& range) {
  const size_t part = std::max(range.count / 4, kSmallestPart);
  for (size_t done = 0; done < range.count; done += part) {
    again_.push_back({range.progress, range.first + done, std::min(part, range.count - done)});
  }
}

}  // namespace marquee::playlist
