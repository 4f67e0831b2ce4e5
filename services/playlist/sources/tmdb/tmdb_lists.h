// The lists of The Movie Database that a category stands for.
#pragma once

#include <absl/time/time.h>

#include <string>
#include <string_view>
#include <vector>

namespace marquee::playlist {

struct TmdbList {
  std::string kind = {};      // movie or show
  std::string path = {};      // "/movie/popular"
  std::string query = {};     // of its own: "sort_by=popularity.desc"; empty: none
  bool single = false;        // answers with one title, not with a list
  bool streaming = false;     // of titles that services offer
  std::string provider = {};  // the one service whose titles it lists; empty: none, or several
};

// popular, top_rated, now_playing, upcoming, latest: films and series. tv_popular, tv_top_rated,
// tv_on_the_air, tv_airing_today, tv_latest: series. trending_<all|movie|tv>_<day|week>,
// discover_movie, discover_tv. streaming_<netflix|disney|prime|hbo|hulu|apple|paramount|
// crunchyroll>: what that service offers in `region` (US), and streaming_new_releases: what any of
// them has had since three months before `today`. Empty: there is no such category.
std::vector<TmdbList> TmdbListsOf(std::string_view category, std::string_view region,
                                  absl::CivilDay today);

struct TmdbCategory {
  std::string_view key;  // as in the settings
  std::string name;      // as people know it: Popular, Netflix
};
std::vector<TmdbCategory> TmdbCategories();
// Their keys, for a message.
std::string TmdbCategoryKeys();

}  // namespace marquee::playlist
