// Names that storage systems, synchronisation and download programs use for their own folders and
// files. Images in them are thumbnails, deleted files, copies or incomplete.
#pragma once

#include <string_view>

namespace marquee::playlist {

// Hidden folders (a leading dot), and those of Synology, QNAP, Windows, macOS, Nextcloud, ext4,
// media servers and discs, such as `@eaDir`, `#recycle`, `$RECYCLE.BIN`, `lost+found`,
// `Alien.trickplay`, `BDMV`. Ignores case.
bool IsSystemFolder(std::string_view name);

// Hidden files, thumbnails (`Thumbs.jpg`, `AlbumArtSmall.jpg`), incomplete files whose extension
// comes last (`Alien.part.jpg`), and conflict copies (`Alien.sync-conflict-….jpg`).
bool IsSystemFile(std::string_view name);

}  // namespace marquee::playlist
