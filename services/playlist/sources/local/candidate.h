// The contribution of one file to the playlist, and merging several that belong to one title.
#pragma once

#include <string>
#include <vector>

#include "services/playlist/model/item.h"
#include "services/playlist/sources/local/folder_scanner.h"

namespace marquee::playlist {

struct Candidate {
  Item item;         // descriptive fields and artwork; key and id are not set yet
  std::string slug;  // identifies the title
  std::string path;  // relative to the root
  FileRole role = FileRole::kPoster;
  int rank = 0;  // as ScannedFile::rank
};

// Returns one item per title. Candidates with one slug are merged unless their TMDB ids differ:
// values of the posterpack win, then those of the loose poster, then those of the loose background
// and logo. Of several packs, the one in `manual` wins, then `plex-export`, then `jellyfin-export`.
// Loose images of one folder are one title; a poster with the same slug in another folder is a
// title with its own key. Sets key and id (`local-<slug>`). A title without a background uses its
// poster as background, and vice versa; a clear logo alone is no title. The result does not depend
// on the order of the candidates.
std::vector<Item> MergeCandidates(std::vector<Candidate> candidates);

}  // namespace marquee::playlist
