// The roles of the pictures in one folder.
#pragma once

#include <vector>

#include "services/playlist/sources/local/folder_scanner.h"
#include "services/playlist/sources/local/folder_walker.h"

namespace marquee::playlist {

// Appends the pictures and packs of `listing` that are shown, with their roles, counts the others
// by rule in `left_out`, and removes from `listing->folders` those that are not to be entered.
// `backgrounds`: the folder is, or lies below, one named so.
void TakeFolder(bool backgrounds, FolderListing* listing, std::vector<ScannedFile>* files,
                LeftOutCounts* left_out);

}  // namespace marquee::playlist
