#include "services/playlist/sources/local/system_names.h"

#include <gtest/gtest.h>

namespace marquee::playlist {
namespace {

TEST(SystemNamesTest, DetectsFoldersOfStorageSystemsAndPrograms) {
  for (const auto* name : {"@eaDir",
                           "#recycle",
                           "#snapshot",
                           "@Recycle",
                           "@Recently-Snapshot",
                           ".@__thumb",
                           ".zfs",
                           "$RECYCLE.BIN",
                           "RECYCLER",
                           "System Volume Information",
                           "lost+found",
                           "__MACOSX",
                           ".Trash-1000",
                           ".Trashes",
                           ".stversions",
                           ".sync",
                           ".AppleDouble",
                           "Network Trash Folder",
                           "Photos Library.photoslibrary",
                           "Alien.trickplay",
                           "files_trashbin",
                           "appdata_oc1x2y",
                           "BDMV",
                           "VIDEO_TS",
                           "extrafanart",
                           "Plex Versions",
                           "_UNPACK_Alien",
                           "FOUND.000",
                           "Alien.jpg.download",
                           ".rsync-partial",
                           ".actors"}) {
    EXPECT_TRUE(IsSystemFolder(name)) << name;
  }
  for (const auto* name : {"@midnight (2013)", "#Alive (2020)", "$9.99 (2008)", "Found (2012)",
                           "Recycle (2006)", "Alien (1979)", "posters", "Lost"}) {
    EXPECT_FALSE(IsSystemFolder(name)) << name;
  }
}

TEST(SystemNamesTest, DetectsThumbnailsIncompleteFilesAndConflicts) {
  for (const auto* name :
       {"Thumbs.jpg", ".hidden.jpg", "._Real (2000).jpg", "AlbumArtSmall.jpg",
        "AlbumArt_{7C4B9B3B-0000-0000}_Large.jpg", "SYNOPHOTO_THUMB_XL.jpg", "Alien.part.jpg",
        "Alien.jpg.crdownload.jpg", "Alien.tmp.png",
        "Alien.sync-conflict-20260102-030405-ABCDEFG.jpg", "~syncthing~Alien.jpg.tmp",
        "Alien (conflicted copy 2026-01-02 030405).jpg", "Alien (Ann's conflicted copy).jpg",
        "~$Alien.jpg"}) {
    EXPECT_TRUE(IsSystemFile(name)) << name;
  }
  for (const auto* name : {"Alien (1979).jpg", "Thumbsucker (2005).jpg", "Part 2.jpg", "Temp.jpg",
                           "Conflict (1945).jpg"}) {
    EXPECT_FALSE(IsSystemFile(name)) << name;
  }
}

}  // namespace
}  // namespace marquee::playlist
