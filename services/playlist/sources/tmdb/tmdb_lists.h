// Maps categories to lists of The Movie Database.
#pragma once

#include <absl/time/time.h>

#include <string>
#include <string_view>
#include <vector>

namespace marquee::playlist {

struct TmdbList {
  std::string kind = {};      // movie or show
  std::string path = {};      // "/movie/popular"
  std::string query = {};     // additional query: "sort_by=popularity.desc"; empty: none
  bool single = false;        // the response is one title, not a list
  bool streaming = false;     // titles offered by streaming services
  std::string provider = {};  // the service if the list belongs to one; empty: none, or several
};

// Lists of a category. popular, top_rated, now_playing, upcoming, latest: films and series.
// tv_popular, tv_top_rated, tv_on_the_air, tv_airing_today, tv_latest: series.
// trending_<all|movie|tv>_<day|week>, discover_movie, discover_tv.
// streaming_<netflix|disney|prime|hbo|hulu|apple|paramount|crunchyroll>: titles of that service in
// `region` (US). streaming_new_releases: titles of all these services released within three months
// before `today`. Empty: unknown category.
std::vector<TmdbList> TmdbListsOf(std::string_view category, std::string_view region,
                                  absl::CivilDay today);

struct TmdbCategory {
  std::string_view key;  // as in the settings
  std::string name;      // display name: Popular, Netflix
};
std::vector<TmdbCategory> TmdbCategories();
// All category keys, for an error message.
std::string TmdbCategoryKeys();

}  // namespace marquee::playlist
