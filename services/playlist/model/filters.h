// Which items of a server a person wants to see. Pure functions, shared by all media servers.
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

// Every part that is empty lets all items through; an item must pass all parts.
struct ItemFilter {
  std::vector<YearRange> years = {};     // any of them; an item without a year fails
  std::vector<std::string> genres = {};  // lower case; any, as part of any genre of the item;
                                         // an item without genres fails
  std::vector<std::string> content_ratings = {};  // upper case, exact; an item without one passes
  std::vector<std::string> qualities = {};        // SD, 720p, 1080p, 4K; shows pass, an item whose
                                                  // quality is unknown fails
  std::vector<std::string> collections = {};      // lower case; see CollectionPasses
  std::optional<absl::Duration> added_within = {};  // an item that does not say when fails
  double min_rating = 0;           // 0–10, Item::rating; an item without one passes
  double min_rotten_tomatoes = 0;  // 0–10, against the score as 0–10; an item without one passes

  bool operator==(const ItemFilter&) const = default;
};

// All parts but the collections, which no item carries.
bool Passes(const ItemFilter& filter, const Item& item, absl::Time now);
// Whether a title that is in these collections may pass: any of the wanted, without regard to case.
bool CollectionPasses(const ItemFilter& filter, const std::vector<std::string>& collections);

// `2010`, `1999-2005` and lists of them with commas. Years before 1900, ranges that run backwards
// and what cannot be read are left out; when nothing is left there is no filter.
std::vector<YearRange> ParseYears(std::string_view text);
// A setting that is a number: that year and all later ones; none for years before 1900.
std::vector<YearRange> YearsSince(int32_t year);
// A comma list, lower case, without empty parts.
std::vector<std::string> ParseGenres(std::string_view text);
// Lower case, without empty ones.
std::vector<std::string> ParseCollections(const std::vector<std::string>& names);
// Upper case, without empty parts. A server's ratings may hold commas: the list is not split.
std::vector<std::string> ParseContentRatings(const std::vector<std::string>& ratings);
// A comma list of qualities under any of their names (`1080`, `1080p`, `FHD`, `UHD` …); names
// nobody knows are left out, so that a slip does not empty the wall.
std::vector<std::string> ParseQualities(std::string_view text);

}  // namespace marquee::playlist
