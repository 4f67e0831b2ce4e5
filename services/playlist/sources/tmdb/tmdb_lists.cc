#include "services/playlist/sources/tmdb/tmdb_lists.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace marquee::playlist {
namespace {

struct Plain {
  std::string_view category;
  std::string_view movies;  // empty: none
  std::string_view shows;
};

constexpr std::array kPlain = {
    Plain{"popular", "/movie/popular", "/tv/popular"},
    Plain{"top_rated", "/movie/top_rated", "/tv/top_rated"},
    Plain{"now_playing", "/movie/now_playing", "/tv/on_the_air"},
    Plain{"upcoming", "/movie/upcoming", "/tv/on_the_air"},
    Plain{"latest", "/movie/latest", "/tv/latest"},
    Plain{"tv_popular", "", "/tv/popular"},
    Plain{"tv_top_rated", "", "/tv/top_rated"},
    Plain{"tv_on_the_air", "", "/tv/on_the_air"},
    Plain{"tv_airing_today", "", "/tv/airing_today"},
    Plain{"tv_latest", "", "/tv/latest"},
    Plain{"trending_all_day", "/trending/movie/day", "/trending/tv/day"},
    Plain{"trending_all_week", "/trending/movie/week", "/trending/tv/week"},
    Plain{"trending_movie_day", "/trending/movie/day", ""},
    Plain{"trending_movie_week", "/trending/movie/week", ""},
    Plain{"trending_tv_day", "", "/trending/tv/day"},
    Plain{"trending_tv_week", "", "/trending/tv/week"},
    Plain{"discover_movie", "/discover/movie", ""},
    Plain{"discover_tv", "", "/discover/tv"},
};

struct Service {
  std::string_view category;
  std::string_view name;
  int id;  // https://developer.themoviedb.org/reference/watch-providers-movie-list
};

constexpr std::array kServices = {
    Service{"streaming_netflix", "Netflix", 8},
    Service{"streaming_disney", "Disney+", 337},
    Service{"streaming_prime", "Prime Video", 119},
    Service{"streaming_hbo", "Max", 1899},
    Service{"streaming_hulu", "Hulu", 15},
    Service{"streaming_apple", "Apple TV+", 350},
    Service{"streaming_paramount", "Paramount+", 531},
    Service{"streaming_crunchyroll", "Crunchyroll", 283},
};
constexpr std::string_view kNewReleases = "streaming_new_releases";

std::vector<TmdbList> NewReleases(std::string_view region, absl::CivilDay today) {
  std::string ids;
  for (const Service& service : kServices) {
    ids += fmt::format("{}{}", ids.empty() ? "" : "%7C", service.id);
  }
  const absl::CivilDay since(absl::CivilMonth(today) - 3);
  const absl::CivilDay first = since + (today.day() - 1);
  const std::string date =
      fmt::format("{:04}-{:02}-{:02}", first.year(), first.month(), first.day());
  const auto list = [&](const char* kind, const char* path, const char* order, const char* from) {
    return TmdbList{.kind = kind,
                    .path = path,
                    .query = fmt::format("with_watch_providers={}&watch_region={}&sort_by={}&{}={}",
                                         ids, region, order, from, date),
                    .streaming = true};
  };
  return {list("movie", "/discover/movie", "release_date.desc", "primary_release_date.gte"),
          list("show", "/discover/tv", "first_air_date.desc", "first_air_date.gte")};
}

}  // namespace

std::vector<TmdbList> TmdbListsOf(std::string_view category, std::string_view region,
                                  absl::CivilDay today) {
  if (category == kNewReleases) return NewReleases(region, today);
  const auto service = std::ranges::find(kServices, category, &Service::category);
  if (service != kServices.end()) {
    const std::string query = fmt::format(
        "with_watch_providers={}&watch_region={}&sort_by=popularity.desc", service->id, region);
    const std::string name(service->name);
    const auto list = [&](const char* kind, const char* path) {
      return TmdbList{
          .kind = kind, .path = path, .query = query, .streaming = true, .provider = name};
    };
    return {list("movie", "/discover/movie"), list("show", "/discover/tv")};
  }
  const auto plain = std::ranges::find(kPlain, category, &Plain::category);
  if (plain == kPlain.end()) return {};
  std::vector<TmdbList> lists;
  const auto add = [&](const char* kind, std::string_view path) {
    if (path.empty()) return;
    lists.push_back({.kind = kind,
                     .path = std::string(path),
                     .query = path.starts_with("/discover") ? "sort_by=popularity.desc" : "",
                     .single = path.ends_with("/latest")});
  };
  add("movie", plain->movies);
  add("show", plain->shows);
  return lists;
}

std::vector<TmdbCategory> TmdbCategories() {
  std::vector<TmdbCategory> categories;
  for (const Plain& plain : kPlain) {
    std::string name(plain.category);
    std::ranges::replace(name, '_', ' ');
    name[0] = static_cast<char>(name[0] - 'a' + 'A');
    categories.push_back({plain.category, std::move(name)});
  }
  for (const Service& service : kServices) {
    categories.push_back({service.category, std::string(service.name)});
  }
  categories.push_back({kNewReleases, "New releases of streaming services"});
  return categories;
}

std::string TmdbCategoryKeys() {
  std::string keys;
  for (const TmdbCategory& category : TmdbCategories()) {
    keys += fmt::format("{}{}", keys.empty() ? "" : ", ", category.key);
  }
  return keys;
}

}  // namespace marquee::playlist
