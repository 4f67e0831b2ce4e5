// Filters for the items of a server. Pure functions, shared by all media servers.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/playlist/model/item.h"

namespace marquee::playlist {

struct YearRange {
  int32_t first = 0;
  int32_t last = 0;  // inclusive

  bool operator==(const YearRange&) const = default;
};

// An empty part lets all items pass; an item must pass all parts.
struct ItemFilter {
  std::vector<YearRange> years = {};     // any of them; items without a year fail
  std::vector<std::string> genres = {};  // lower case; any of them, as a substring of any genre;
                                         // items without genres fail
  std::vector<std::string> content_ratings = {};    // upper case, exact; items without one pass
  std::vector<std::string> qualities = {};          // SD, 720p, 1080p, 4K; shows pass, items of
                                                    // unknown quality fail
  std::vector<std::string> collections = {};        // lower case; see CollectionPasses
  std::optional<absl::Duration> added_within = {};  // items without a date fail
  double min_rating = 0;                            // 0–10, Item::rating; items without one pass
  double min_rotten_tomatoes = 0;  // 0–10, compared with the score ÷ 10; items without one pass

  bool operator==(const ItemFilter&) const = default;
};

// Checks all parts except collections, which items do not contain.
bool Passes(const ItemFilter& filter, const Item& item, absl::Time now);
// Whether a title in these collections passes: one of them is wanted, ignoring case.
bool CollectionPasses(const ItemFilter& filter, const std::vector<std::string>& collections);

// Parses `2010`, `1999-2005` and comma-separated lists of them. Years before 1900, reversed ranges
// and unparsable parts are ignored; an empty result means no filter.
std::vector<YearRange> ParseYears(std::string_view text);
// For a setting that is a number: that year and all later ones; no filter for years before 1900.
std::vector<YearRange> YearsSince(int32_t year);
// Parses a comma-separated list to lower case, without empty parts.
std::vector<std::string> ParseGenres(std::string_view text);
// Converts to lower case, without empty names.
std::vector<std::string> ParseCollections(const std::vector<std::string>& names);
// Converts to upper case, without empty ratings. Ratings may contain commas, so they are not split.
std::vector<std::string> ParseContentRatings(const std::vector<std::string>& ratings);
// Parses a comma-separated list of qualities with any of their names (`1080`, `1080p`, `FHD`, `UHD`
// …). Unknown names are ignored, so that a typing error does not empty the playlist.
std::vector<std::string> ParseQualities(std::string_view text);

}  // namespace marquee::playlist
