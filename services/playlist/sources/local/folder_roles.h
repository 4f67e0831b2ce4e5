// Determines the roles of the images in one folder.
#pragma once

#include <vector>

#include "services/playlist/sources/local/folder_scanner.h"
#include "services/playlist/sources/local/folder_walker.h"

namespace marquee::playlist {

// Appends the images and packs of `listing` that are shown, with their roles, counts the others by
// rule in `left_out`, and removes folders that must not be entered from `listing->folders`.
// `backgrounds`: the folder or one of its parents is named `backgrounds`.
void TakeFolder(bool backgrounds, FolderListing* listing, std::vector<ScannedFile>* files,
                LeftOutCounts* left_out);

}  // namespace marquee::playlist
