// Names that storage systems, synchronisers and download programs give to folders and files of
// their own. Their pictures are thumbnails, deleted files, copies or unfinished.
#pragma once

#include <string_view>

namespace marquee::playlist {

// Hidden folders (a leading dot), and those of Synology, QNAP, Windows, macOS, Nextcloud, ext4,
// media servers and discs, such as `@eaDir`, `#recycle`, `$RECYCLE.BIN`, `lost+found`,
// `Alien.trickplay`, `BDMV`. Without regard to case.
bool IsSystemFolder(std::string_view name);

// Hidden files, thumbnails (`Thumbs.jpg`, `AlbumArtSmall.jpg`), unfinished files whose extension
// comes last (`Alien.part.jpg`), and the copies of a conflict (`Alien.sync-conflict-….jpg`).
bool IsSystemFile(std::string_view name);

}  // namespace marquee::playlist
