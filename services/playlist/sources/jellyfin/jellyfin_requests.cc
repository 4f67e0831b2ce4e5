#include "services/playlist/sources/jellyfin/jellyfin_requests.h"

#include <fmt/format.h>

#include "libs/httpc/url.h"

namespace marquee::playlist {
namespace {

// Only the fields that items need: people, chapters and paths would be most of the bytes.
constexpr std::string_view kFields =
    "Genres,Overview,OfficialRating,CommunityRating,CriticRating,ProductionYear,RunTimeTicks,"
    "Taglines,OriginalTitle,ImageTags,BackdropImageTags,MediaStreams,Studios,ProviderIds,"
    "DateCreated,PremiereDate,SortName,Width,Height,LocalTrailerCount";

// Without this, a server that groups films into collections lists the collection instead of its
// films, in listings, totals and changes; some versions do so even if grouping is off.
constexpr std::string_view kUngrouped = "&CollapseBoxSetItems=false";

std::string Since(absl::Time since) {
  if (since == absl::InfinitePast()) return {};
  return "&MinDateLastSaved=" +
         httpc::PercentEncode(absl::FormatTime("%Y-%m-%d%ET%H:%M:%SZ", since, absl::UTCTimeZone()));
}

}  // namespace

std::string ListingPath(std::string_view library_id, std::string_view type, size_t first,
                        size_t count, absl::Time since) {
  return fmt::format(
      "/Items?ParentId={}&Recursive=true&IncludeItemTypes={}&Fields={}"
      "&EnableImageTypes=Primary,Backdrop,Logo&ImageTypeLimit=1&EnableUserData=false"
      "&SortBy=SortName&SortOrder=Ascending&Limit={}&StartIndex={}{}{}",
      httpc::PercentEncode(library_id), type, kFields, count, first, kUngrouped, Since(since));
}

std::string TotalPath(std::string_view library_id, std::string_view type) {
  return fmt::format("/Items?ParentId={}&Recursive=true&IncludeItemTypes={}&Limit=0{}",
                     httpc::PercentEncode(library_id), type, kUngrouped);
}

std::string ChangesPath(absl::Time since, bool collections) {
  return fmt::format(
      "/Items?Recursive=true&IncludeItemTypes=Movie,Series{}&EnableUserData=false&Limit=0{}{}",
      collections ? ",BoxSet" : "", kUngrouped, Since(since));
}

std::string CollectionsPath() {
  return "/Items?Recursive=true&IncludeItemTypes=BoxSet&EnableImages=false&Limit=1000";
}

std::string CollectionPath(std::string_view id) {
  return fmt::format("/Items?ParentId={}&Recursive=true&EnableImages=false&Limit=10000{}",
                     httpc::PercentEncode(id), kUngrouped);
}

}  // namespace marquee::playlist
