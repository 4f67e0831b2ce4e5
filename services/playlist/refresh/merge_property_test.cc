// Random libraries with known films: in any order of the sources, and whichever of them fail, no
// film is lost or shown twice, and no two films are merged.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "services/playlist/refresh/merge_fixture.h"

namespace marquee::playlist {
namespace {

struct Film {
  std::string title;
  int32_t year = 0;
  int64_t id = 0;  // the same id in all three databases
  std::string type;
};

// Different spellings of a title that have one TitleKey.
std::string Spelled(const std::string& title, int way) {
  switch (way % 5) {
    case 1: {
      std::string upper = title;
      std::ranges::transform(upper, upper.begin(),
                             [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
      return upper;
    }
    case 2:
      return "The " + title;
    case 3:
      return title + ", The";
    case 4:
      return title + "!";
    default:
      return title;
  }
}

class Libraries {
 public:
  explicit Libraries(uint32_t seed) : random_(seed) {
    // Few names and years, so that there are remakes and films that differ only in their ids.
    std::set<std::pair<std::string, int32_t>> without_ids;
    for (int64_t id = 1; id <= 120; ++id) {
      Film film{.title = fmt::format("Title {}", Below(60)),
                .year = 1990 + Below(4),
                .id = id,
                .type = Below(5) == 0 ? "show" : "movie"};
      films_.push_back(film);
    }
    for (const Film& film : films_) ++names_[NameOf(film)];
    for (size_t source = 0; source < kSources; ++source) {
      const std::string name(1, static_cast<char>('A' + source));
      for (const Film& film : films_) {
        const int copies = Below(5) == 0 ? 2 : Below(2);
        for (int copy = 0; copy < copies; ++copy) Add(source, name, film, copy);
      }
    }
  }

  static constexpr size_t kSources = 4;
  const std::vector<MergeOffer>& offers() const { return offers_; }
  int64_t FilmOf(const ItemPtr& entry) const { return truth_.at(entry->item.key); }

 private:
  int Below(int bound) { return static_cast<int>(random_() % static_cast<uint32_t>(bound)); }
  static std::string NameOf(const Film& film) {
    return fmt::format("{} {} {}", film.title, film.year, film.type);
  }

  void Add(size_t source, const std::string& name, const Film& film, int copy) {
    EntryOf entry{.source = name,
                  .key = fmt::format("{}-{}-{}", name, film.id, copy),
                  .title = Spelled(film.title, Below(5)),
                  .year = film.year,
                  .imdb = film.id,
                  .tmdb = 1000 + film.id,
                  .tvdb = 2000 + film.id,
                  .type = film.type};
    // All entries of a film share a link: name and year, or the TMDB id. Names are used only if
    // unique.
    const bool by_name = names_.at(NameOf(film)) == 1 && film.id % 2 == 0;
    if (by_name && Below(2) == 0) entry.tmdb = 0;
    if (!by_name && names_.at(NameOf(film)) == 1 && Below(2) == 0) entry.year = 0;
    if (by_name && Below(2) == 0) entry.imdb = 0;
    if (Below(2) == 0) entry.tvdb = 0;
    truth_[entry.key] = film.id;
    offers_[source].source = name;
    offers_[source].items.push_back(MakePlaylistItem(ItemOf(entry)));
  }

  std::mt19937 random_;
  std::vector<Film> films_;
  std::map<std::string, int> names_;
  std::map<std::string, int64_t> truth_;  // film id by key
  std::vector<MergeOffer> offers_ = std::vector<MergeOffer>(kSources);
};

// Properties of every result.
void Check(const Libraries& libraries, const std::vector<MergeOffer>& offers,
           const std::vector<ItemPtr>& titles) {
  std::set<int64_t> offered;
  size_t entries = 0;
  for (const MergeOffer& offer : offers) {
    for (const ItemPtr& item : offer.items) offered.insert(libraries.FilmOf(item));
    entries += offer.items.size();
  }
  std::set<int64_t> shown;
  std::set<std::string> keys;
  for (const ItemPtr& title : titles) {
    EXPECT_TRUE(keys.insert(title->item.key).second) << title->item.key << " twice";
    const std::vector<ItemPtr> parts = PartsOf({title});
    std::set<int64_t> films;
    for (const ItemPtr& part : parts) films.insert(libraries.FilmOf(part));
    EXPECT_EQ(films.size(), 1U) << "two films were merged: " << title->item.title;
    EXPECT_TRUE(shown.insert(*films.begin()).second) << "twice: " << title->item.title;
  }
  EXPECT_EQ(PartsOf(titles).size(), entries) << "no entry is lost";
  EXPECT_EQ(shown, offered);
}

class MergePropertyTest : public ::testing::TestWithParam<uint32_t> {};

TEST_P(MergePropertyTest, AnyOrderOfSourcesShowsEveryFilmOnce) {
  const Libraries libraries(GetParam());
  std::array<size_t, Libraries::kSources> order{0, 1, 2, 3};
  do {
    std::vector<MergeOffer> offers;
    for (const size_t source : order) offers.push_back(libraries.offers()[source]);
    Check(libraries, offers, Merged(offers));
  } while (std::ranges::next_permutation(order).found);
}

TEST_P(MergePropertyTest, AnyFailureShowsTheRemainingFilmsOnceWithStableKeys) {
  const Libraries libraries(GetParam());
  const std::vector<MergeOffer>& all = libraries.offers();
  const auto whole = Merged(all);
  std::map<std::string, std::string> key_of;  // by entry
  for (const ItemPtr& title : whole) {
    for (const ItemPtr& part : PartsOf({title})) key_of[part->item.key] = title->item.key;
  }
  for (unsigned away = 0; away < 1U << Libraries::kSources; ++away) {
    std::vector<MergeOffer> offers = all;
    for (size_t i = 0; i < offers.size(); ++i) {
      if ((away >> i & 1U) != 0) offers[i].items.clear();
    }
    const auto titles = Merged(offers, whole);
    Check(libraries, offers, titles);
    for (const ItemPtr& title : titles) {
      for (const ItemPtr& part : PartsOf({title})) {
        EXPECT_EQ(title->item.key, key_of.at(part->item.key));
      }
    }
    Check(libraries, all, Merged(all, titles));
    EXPECT_EQ(Merged(offers, titles), titles) << "an unchanged round changes nothing";
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, MergePropertyTest, ::testing::Range(1U, 13U));

}  // namespace
}  // namespace marquee::playlist
