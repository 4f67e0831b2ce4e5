#include "services/playlist/service/artist_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace marquee::playlist {
namespace {

Snapshot Music(int artists, int albums) {
  Snapshot snapshot;
  for (int i = 0; i < artists; ++i) {
    for (int j = 0; j < albums; ++j) {
      Item item;
      item.key = std::to_string(i) + "-" + std::to_string(j);
      item.artist = "Artist " + std::to_string(i);
      item.year = 2000 - j;
      snapshot.items.push_back(MakePlaylistItem(std::move(item)));
    }
  }
  Item no_artist;
  no_artist.key = "no_artist";
  snapshot.items.push_back(MakePlaylistItem(std::move(no_artist)));
  return snapshot;
}

TEST(ArtistPagesTest, PagesContainEveryArtistOnceWithAllAlbums) {
  const Snapshot music = Music(10, 3);
  std::set<std::string> seen;
  size_t offset = 0;
  int pages = 0;

  do {
    const ArtistPages page = ArtistsOf(music, 7, offset, 4);
    for (size_t i = 0; i < page.albums.size(); i += 3) {
      EXPECT_TRUE(seen.insert(page.albums[i]->item.artist).second);
      EXPECT_EQ(page.albums[i + 2]->item.artist, page.albums[i]->item.artist);
      EXPECT_EQ(page.albums[i]->item.year, 1998) << "the oldest first";
    }
    offset = page.next;
    ++pages;
  } while (offset > 0);

  EXPECT_EQ(seen.size(), 10U);
  EXPECT_EQ(pages, 3);
}

TEST(ArtistPagesTest, TheSeedDeterminesTheOrder) {
  const Snapshot music = Music(20, 1);

  EXPECT_EQ(ArtistsOf(music, 1, 0, 20).albums, ArtistsOf(music, 1, 0, 20).albums);
  EXPECT_NE(ArtistsOf(music, 1, 0, 20).albums, ArtistsOf(music, 2, 0, 20).albums);
  EXPECT_TRUE(ArtistsOf(music, 1, 99, 20).albums.empty());
}

}  // namespace
}  // namespace marquee::playlist
